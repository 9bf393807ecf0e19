/** Zstd inflation: whatever comes in is inflated within its cap or refused, and the decoder stays usable. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { concatBytes, equalBytes } from '../oap/bytes.ts'
import { textOf, zerosOf, zstdOf } from './bombs.fixture.ts'
import { inflateLimits, outputCap } from './caps.ts'
import { zstdSlices } from './zstd.ts'

const plain = textOf(600)
const good = zstdOf([plain])

export const seeds: readonly Uint8Array[] = [
  good,
  zstdOf([]),
  zstdOf(zerosOf(100_000)),
  zstdOf([textOf(60)], 10),
]

export function run(input: Uint8Array): void {
  const cap = outputCap(input.length, inflateLimits)
  let produced = 0
  try {
    for (const slice of zstdSlices(input, cap)) produced += slice.length
  } catch (error) {
    assert.ok(error instanceof Refusal, `refused in an unexpected way: ${String(error)}`)
  }
  assert.ok(produced <= cap.bytes, `${produced} bytes from ${input.length}`)
  const again = concatBytes([...zstdSlices(good, outputCap(good.length, inflateLimits))])
  assert.ok(equalBytes(again, plain), 'a decoder was left broken')
}
