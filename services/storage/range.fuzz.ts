/** Ranges: any header selects what a reader with whole numbers of any size selects, and never a byte that is not there. */

import assert from 'node:assert/strict'
import { selectRange, type Selection } from './range.ts'

/** The length of the content in two bytes, then the header. */
export const seeds: readonly Uint8Array[] = [
  'bytes=0-9',
  'bytes=5-',
  ' BYTES= -5 ',
  'bytes=0-0,5-9',
  'bytes=9-5',
  'items=0-5',
  'bytes=99999999999999999999-',
].map((text) => Buffer.concat([Uint8Array.of(0, 10), Buffer.from(text)]))

export const stepsPerByte = 50

export function run(input: Uint8Array): void {
  const [high = 0, low = 0] = input
  const length = high * 256 + low
  const header = Buffer.from(input.subarray(2)).toString('latin1')
  const selected = selectRange(header, length)
  assert.deepEqual(selected, plainly(header, length))
  if (selected.kind === 'part')
    assert.ok(0 <= selected.start && selected.start < selected.end && selected.end <= length)
}

function plainly(header: string, length: number): Selection {
  const text = header.trim()
  if (text.slice(0, 6).toLowerCase() !== 'bytes=') return { kind: 'whole' }
  const ends = text.slice(6).trim().split('-')
  const [first = '', last = ''] = ends
  if (ends.length !== 2 || first + last === '' || !isDigits(first + last)) return { kind: 'whole' }
  const [from, to, all] = [BigInt(first || '0'), BigInt(last || '0'), BigInt(length)]
  if (first === '') {
    if (to === 0n) return { kind: 'unsatisfiable' }
    if (length === 0) return { kind: 'whole' }
    return { kind: 'part', start: Number(to > all ? 0n : all - to), end: length }
  }
  if (last !== '' && to < from) return { kind: 'whole' }
  if (from >= all) return { kind: 'unsatisfiable' }
  return { kind: 'part', start: Number(from), end: last === '' || to >= all ? length : Number(to) + 1 }
}

function isDigits(text: string): boolean {
  return Array.from(text).every((one) => one >= '0' && one <= '9')
}
