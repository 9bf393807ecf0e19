/** A contract as a thread gets to know it. */

import type { ServiceShape } from '../call/answering.ts'
import type { Contract } from '../contract/contract.ts'

/** What a thread may know of a contract: names and numbers. Schemas stay at the edge. */
export function shapeOf({ name, inbox, operations }: Contract): ServiceShape {
  const shapes = Object.entries(operations).map(([operation, { events, timeoutMs }]) => [
    operation,
    { subscription: events !== null, timeoutMs },
  ])
  return { name, inbox, operations: Object.fromEntries(shapes) }
}
