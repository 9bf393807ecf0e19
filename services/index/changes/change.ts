/**
 * Everything that can change in the index, as plain data. A change says all there is to know, so applying it
 * to the same index has the same effect, whether it comes from a request or from the journal.
 */

import type { Link } from '../graph/graph.ts'
import type { Doc } from '../text/text-index.ts'

export type Change =
  | { readonly kind: 'link'; readonly tenant: string; readonly links: readonly Link[] }
  | {
      readonly kind: 'unlink'
      readonly tenant: string
      readonly from: string
      readonly to: string
      readonly edge: string
    }
  /** Removes up to `edgesMax` edges of the node, those first that were added last. */
  | { readonly kind: 'removeNode'; readonly tenant: string; readonly node: string; readonly edgesMax: number }
  | { readonly kind: 'putDoc'; readonly tenant: string; readonly doc: Doc }
  | { readonly kind: 'removeDoc'; readonly tenant: string; readonly id: string }

/** What a change did: edges or documents. */
export interface Effect {
  readonly created: number
  readonly replaced: number
  readonly removed: number
}

/** Whether the index holds less after this change. */
export function makesRoom({ kind }: Change): boolean {
  return kind === 'unlink' || kind === 'removeNode' || kind === 'removeDoc'
}
