/** How one service is supervised, by its contract. */

import type { Contract } from '../contract/contract.ts'
import type { SupervisionShape } from './supervise.ts'

/** What the node can do without for a while gets no spare. */
export function supervisionOf({ need }: Contract, shape: SupervisionShape): SupervisionShape {
  return { ...shape, spares: shape.spares && need === 'required' }
}
