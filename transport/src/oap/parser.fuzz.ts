/** The frame parser: any split reads as the whole does, as the naive twin reads it, and as it was encoded. */

import assert from 'node:assert/strict'
import { concatBytes, equalBytes, fromHex } from './bytes.ts'
import { encodeFrame, frameBytesMax, type Frame } from './frame.ts'
import { golden } from './golden.fixture.ts'
import { parseByHand } from './parser.oracle.ts'
import { FrameParser } from './parser.ts'

export const seeds: readonly Uint8Array[] = [
  ...golden.map((one) => fromHex(one.hex)),
  fromHex(golden.map((one) => one.hex).join('')),
]

export function run(input: Uint8Array): void {
  const whole = parse(input, input.length)
  // Which split is tried follows from the input, so that a failing input fails again.
  const split = parse(input, 1 + ((input.at(-1) ?? 0) % 50))
  const expected = parseByHand(input, frameBytesMax)
  for (const parsed of [whole, split]) {
    assert.equal(parsed.fault, expected.fault)
    assert.equal(parsed.partial, expected.partial)
    assert.deepEqual(parsed.frames.map(plain), expected.frames.map(plain))
  }
  const again = concatBytes(whole.frames.map(encodeFrame))
  assert.ok(
    equalBytes(again, input.subarray(0, again.length)),
    'frames do not encode to the bytes they came from',
  )
}

function parse(input: Uint8Array, pieceBytes: number) {
  const parser = new FrameParser()
  const frames: Frame[] = []
  let fault: string | null = null
  for (let at = 0; at < input.length; at += pieceBytes) {
    const parsed = parser.push(input.slice(at, at + pieceBytes))
    frames.push(...parsed.frames)
    fault = parsed.fault?.reason ?? null
  }
  return { frames, fault, partial: parser.partial }
}

function plain(frame: Frame) {
  return { ...frame, cap: [...frame.cap], payload: [...frame.payload] }
}
