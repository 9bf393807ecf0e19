/** Proofs about a log: of all hashes in all orders, only those of the tree prove anything, and only what is so. */

import assert from 'node:assert/strict'
import { hashBytes, leafHash } from './hash.ts'
import { naiveConsistency, naiveInclusion, naiveRoot } from './merkle.oracle.ts'
import { provesConsistency, provesInclusion } from './proof.ts'

const sizeMax = 20
const leaves = Array.from({ length: sizeMax }, (_, at) => leafHash(Uint8Array.of(at)))
const roots = Array.from({ length: sizeMax + 1 }, (_, size) => naiveRoot(leaves.slice(0, size)))

/** What is claimed: of inclusion (0) or consistency (1), two numbers, which leaf is meant; then the hashes. */
const claim = (kind: number, one: number, other: number, leaf: number, hashes: readonly Uint8Array[]) =>
  Buffer.concat([Uint8Array.of(kind, one, other, leaf), ...hashes])

export const seeds: readonly Uint8Array[] = [
  claim(0, 3, 20, 3, naiveInclusion(3, leaves)),
  claim(0, 19, 20, 19, naiveInclusion(19, leaves)),
  claim(0, 0, 1, 0, []),
  claim(1, 6, 20, 0, naiveConsistency(6, leaves)),
  claim(1, 8, 20, 0, naiveConsistency(8, leaves)),
  claim(1, 20, 20, 0, []),
]

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const [kind = 0, one = 0, other = 0, leaf = 0] = input
  const hashes = hashesIn(input.subarray(4))
  const [oneRoot, otherRoot] = [roots[one], roots[other]]
  const meant = leaves[leaf]
  if (otherRoot === undefined) return
  if (kind === 0) {
    if (meant === undefined) return
    const proven = provesInclusion({ index: one, size: other, leaf: meant, root: otherRoot }, hashes)
    const so = one === leaf && one < other && same(hashes, naiveInclusion(one, leaves.slice(0, other)))
    assert.equal(proven, so)
  } else if (oneRoot !== undefined) {
    const proven = provesConsistency({ from: one, to: other, fromRoot: oneRoot, toRoot: otherRoot }, hashes)
    const needed =
      one === 0 || one === other ? [] : naiveConsistency(one, leaves.slice(0, Math.max(one, other)))
    assert.equal(proven, one <= other && same(hashes, needed))
  }
}

function hashesIn(bytes: Uint8Array): Uint8Array[] {
  const count = Math.floor(bytes.length / hashBytes)
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * hashBytes, (at + 1) * hashBytes))
}

function same(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return Buffer.compare(Buffer.concat(one), Buffer.concat(other)) === 0 && one.length === other.length
}
