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

export function eventLeaf({ first, last }: EventHash): bigint {
  return hash(eventLeafTag, first, last)
}
