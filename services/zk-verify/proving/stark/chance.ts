/** Field elements by chance. */

import { createCipheriv } from 'node:crypto'
import type { Ext } from '../../stark/extension.ts'
import { order } from '../../stark/field.ts'

/** Bytes that nobody can guess. */
export type Chance = (length: number) => Uint8Array

/** Bytes without end from a seed of 32 bytes that nobody else knows: the key stream of AES-256 in counter mode. */
export function stream(seed: Uint8Array): Chance {
  const cipher = createCipheriv('aes-256-ctr', seed, new Uint8Array(16))
  return (length) => cipher.update(new Uint8Array(length))
}

/** Each element as likely as any other. */
export function elements(chance: Chance, count: number): number[] {
  const all: number[] = []
  while (all.length < count) {
    const bytes = Buffer.from(chance(4 * (count - all.length)))
    for (let at = 0; at < bytes.length; at += 4) {
      const value = bytes.readUInt32LE(at) & 0x7fffffff
      // One in 128 is no element, so this ends.
      if (value < order) all.push(value)
    }
  }
  return all
}

export function exts(chance: Chance, count: number): Ext[] {
  const all = elements(chance, 5 * count)
  const at = (index: number) => all[index] ?? 0
  return Array.from({ length: count }, (_, i): Ext => [
    at(5 * i),
    at(5 * i + 1),
    at(5 * i + 2),
    at(5 * i + 3),
    at(5 * i + 4),
  ])
}
