/** Entries in a row as C2SP tlog-tiles bundles them: each after its length, two bytes, the high one first. */

import { TlogError } from './error.ts'

/** The longest an entry can be. */
export const entryBytesMax = 0xffff
const lengthBytes = 2

/** Throws a `RangeError` for an entry that is too long. */
export function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, { length }) => sum + lengthBytes + length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > entryBytesMax) throw new RangeError(`an entry has at most ${entryBytesMax} bytes`)
    bundle[at] = entry.length >> 8
    bundle[at + 1] = entry.length & 0xff
    bundle.set(entry, at + lengthBytes)
    at += lengthBytes + entry.length
  }
  return bundle
}

/** Views of the entries. Throws a `TlogError` when the bundle ends within one. */
export function entriesOf(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length;) {
    const [high = 0, low] = bundle.subarray(at, at + lengthBytes)
    const end = at + lengthBytes + 256 * high + (low ?? 0)
    if (low === undefined || end > bundle.length) {
      throw new TlogError(`the bundle ends within entry ${entries.length}`)
    }
    entries.push(bundle.subarray(at + lengthBytes, end))
    at = end
  }
  return entries
}
