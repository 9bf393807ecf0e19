/**
 * One zstd frame, inflated in slices with the binding's streaming decoder. The one-shot `decompress` is not
 * for input from outside: it allocates whatever size the frame claims. Inflation runs on the calling thread,
 * so it gives the turn back between runs of slices.
 */

import binding from 'zstd-napi/binding.js'
import { concatBytes } from '../oap/bytes.ts'
import { checkCap, corrupt, outputCap, sliceBytes, type InflateLimits, type OutputCap } from './caps.ts'

/** Half a megabyte inflates in about half a millisecond; then others have their turn. */
const slicesPerTurn = 8
/** "windowLogMax 23": RFC 9659 asks decoders of HTTP content for 8 MiB and no more. */
const windowLogMax = 23
/** A new decoder costs thirty times the inflation of a small body, so a few are kept. */
const spareMax = 4

const spare: binding.DCtx[] = []
/** Where the decoder writes. Each slice is copied out before anything else can run. */
const scratch = new Uint8Array(sliceBytes)

/** Throws a `Refusal`: DecompressCap past a cap, BadRequest for what is not exactly one whole frame. */
export async function inflateZstd(
  input: Uint8Array,
  limits: InflateLimits,
  yieldTurn: () => Promise<void>,
): Promise<Uint8Array> {
  const slices: Uint8Array[] = []
  for (const slice of zstdSlices(input, outputCap(input.length, limits))) {
    slices.push(slice)
    if (slices.length % slicesPerTurn === 0) await yieldTurn()
  }
  return concatBytes(slices)
}

/** The output of one frame. All slices together are never more than one byte over the cap. */
export function* zstdSlices(input: Uint8Array, cap: OutputCap): Generator<Uint8Array> {
  const decoder = spare.pop() ?? newDecoder()
  try {
    let produced = 0
    let consumed = 0
    for (;;) {
      const room = scratch.subarray(0, Math.min(sliceBytes, cap.bytes - produced + 1))
      const [hint, wrote, took] = decode(decoder, room, input.subarray(consumed))
      produced += wrote
      consumed += took
      checkCap(produced, cap)
      if (wrote > 0) yield room.slice(0, wrote)
      if (hint === 0) break
      // With input left or the room filled there is more to come; otherwise the frame wants what is not there.
      if (consumed === input.length && wrote < room.length)
        throw corrupt('zstd', 'ends before its frame does')
    }
    if (consumed < input.length)
      throw corrupt('zstd', `goes on for ${input.length - consumed} bytes after its frame`)
  } finally {
    release(decoder)
  }
}

function decode(decoder: binding.DCtx, room: Uint8Array, input: Uint8Array): [number, number, number] {
  try {
    return decoder.decompressStream(room, input)
  } catch (cause) {
    throw corrupt('zstd', `cannot be read: ${cause instanceof Error ? cause.message : 'unknown error'}`)
  }
}

function newDecoder(): binding.DCtx {
  const decoder = new binding.DCtx()
  decoder.setParameter(binding.DParameter.windowLogMax, windowLogMax)
  return decoder
}

function release(decoder: binding.DCtx): void {
  if (spare.length >= spareMax) return
  decoder.reset(binding.ResetDirective.sessionOnly)
  spare.push(decoder)
}
