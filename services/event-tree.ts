/**
 * The tree that audit inclusion is proven in, beside the log's own of SHA-256: events by their hash, 16,384 to a tree, and
 * what is not there is 0. The log keeps it and the circuit `audit-inclusion` is about it, so it is written down once.
 *
 *     leaf = H(leaf: first, last)      node = H(node: left, right)
 *
 * A hash has 256 bits and a field element fewer, so its halves are hashed.
 */

import { eventRootEntries } from '@ron/kernel/tlog/event-root'
import { hash, tag } from './poseidon.ts'

export const eventTree = { tag: tag('audit:node'), depth: Math.log2(eventRootEntries) }
export const eventLeafTag = tag('audit:leaf')

/** The two halves of a hash of 32 bytes. */
export interface EventHash {
  readonly first: bigint
  readonly last: bigint
}

/** The leaf of an event by the 32 bytes of its hash. */
export function eventLeafOf(hashBytes: Uint8Array): bigint {
  const hex = Buffer.from(hashBytes).toString('hex')
  return eventLeaf({ first: BigInt(`0x${hex.slice(0, 32)}`), last: BigInt(`0x${hex.slice(32)}`) })
}

/**
 * The root of the tree over events by the 32 bytes of their hashes, in order and 16,384 at most, computed at once: half a
 * millisecond for each. For who checks a root that somebody else says; whoever keeps a tree computes less.
 */
export function eventRoot(hashes: readonly Uint8Array[]): bigint {
  let level = hashes.map(eventLeafOf)
  let empty = 0n
  for (let height = 0; height < eventTree.depth; height++) {
    const [below, blank] = [level, empty]
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, pair) =>
      hash(eventTree.tag, below[2 * pair] ?? blank, below[2 * pair + 1] ?? blank),
    )
    empty = hash(eventTree.tag, blank, blank)
  }
  return level[0] ?? empty
}

export function eventLeaf({ first, last }: EventHash): bigint {
  return hash(eventLeafTag, first, last)
}
