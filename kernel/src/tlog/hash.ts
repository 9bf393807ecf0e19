/**
 * The hashes of a Merkle tree as RFC 6962 §2.1 defines them over SHA-256. A leaf and a node begin with different
 * bytes, so that no node can be passed off as an entry.
 *
 *     leaf = SHA-256(0x00 ‖ entry)     node = SHA-256(0x01 ‖ left ‖ right)
 */

import { hash } from 'node:crypto'

export const hashBytes = 32

/** The root of a tree without leaves. */
export const emptyRoot: Uint8Array = hash('sha256', new Uint8Array(0), 'buffer')

const firstScratchBytes = 4096
let leafScratch = Buffer.alloc(firstScratchBytes)
const nodeScratch = Buffer.alloc(1 + 2 * hashBytes, 1)

export function leafHash(entry: Uint8Array): Uint8Array {
  // One call over one piece of memory costs half of a hash object that is updated twice.
  if (leafScratch.length <= entry.length) leafScratch = Buffer.alloc(2 * entry.length)
  leafScratch.set(entry, 1)
  return hash('sha256', leafScratch.subarray(0, 1 + entry.length), 'buffer')
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeScratch.set(left, 1)
  nodeScratch.set(right, 1 + hashBytes)
  return hash('sha256', nodeScratch, 'buffer')
}

export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

export function hashText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Null for what is not the base64 of a hash, written the one way RFC 4648 §4 has for it. */
export function parseHash(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === hashBytes && bytes.toString('base64') === text ? bytes : null
}
