/**
 * Whether the root that inclusion is proven under (`audit-inclusion`) is over the records that the log shows. It is signed
 * beside the log's own root and nothing else binds the two, so whoever does not trust the signer computes it again. It
 * takes the tree of a log that was verified, and knows neither files nor keys.
 */

import { parseCheckpoint, type Checkpoint } from '@ron/kernel/tlog/checkpoint'
import { TlogError } from '@ron/kernel/tlog/error'
import { eventRootEntries, parseEventRoot, type EventRoot } from '@ron/kernel/tlog/event-root'
import type { Tree } from '@ron/kernel/tlog/tree'

/** A checkpoint with a root of Poseidon over the records from `first` to before `end`. */
export interface Statement extends EventRoot {
  readonly checkpoint: Checkpoint
  readonly end: number
}

/** Of a text that the log signed. Throws a `TlogError`. */
export function parseStatement(text: string): Statement {
  const checkpoint = parseCheckpoint(text)
  const { first, root } = parseEventRoot(text)
  const { size } = checkpoint
  if (first % eventRootEntries !== 0 || first >= size)
    throw new TlogError(
      `the statement is of a tree from record ${first} on; trees begin at every ${eventRootEntries}th of its ${size}`,
    )
  return { checkpoint, first, root, end: Math.min(size, first + eventRootEntries) }
}

/** Half a millisecond for each record. `tree` has as many as the statement. Rejects with a `TlogError`. */
export async function checkEventRoot(
  { first, end, root }: Statement,
  tree: Pick<Tree, 'leaf'>,
): Promise<void> {
  // The arithmetic is loaded for whoever needs it: most commands do not.
  const { eventRoot } = await import('@ron/services/event-tree')
  const hashes = Array.from({ length: end - first }, (_, at) => {
    const hash = tree.leaf(first + at)
    if (hash === null) throw new TlogError(`the log has no record ${first + at}`)
    return hash
  })
  const computed = eventRoot(hashes).toString(16).padStart(64, '0')
  if (computed !== root)
    throw new TlogError(
      `the statement signs ${root} as the root of Poseidon over records ${first} to ${end - 1}, but theirs is ${computed}`,
    )
}
