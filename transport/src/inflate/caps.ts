/**
 * How far content may inflate, and the words for when it would go further. The output is bounded by the
 * first of two caps: a multiple of the compressed length, and an absolute number of bytes.
 */

import { Refusal } from '@ron/kernel/contract/refusals'

export interface InflateLimits {
  /** Exactly this many bytes out for each byte in, also for tiny inputs: 20 bytes may become 200. */
  readonly ratioMax: number
  readonly bytesMax: number
}

export const inflateLimits: InflateLimits = { ratioMax: 10, bytesMax: 8 * 2 ** 20 }

/** Output comes in slices of at most this many bytes, and the caps are checked on every one. */
export const sliceBytes = 65_536

export interface OutputCap {
  readonly bytes: number
  readonly because: string
}

export function outputCap(inputLength: number, limits: InflateLimits): OutputCap {
  const byRatio = Math.floor(limits.ratioMax * inputLength)
  if (byRatio >= limits.bytesMax)
    return { bytes: limits.bytesMax, because: `the cap of ${limits.bytesMax} bytes` }
  return { bytes: byRatio, because: `${limits.ratioMax} times its ${inputLength} compressed bytes` }
}

/** Throws once more than the cap has come out. */
export function checkCap(produced: number, cap: OutputCap): void {
  if (produced <= cap.bytes) return
  throw new Refusal(
    'DecompressCap',
    `the content inflates past ${cap.because}; send it less compressed or plain`,
    {
      explain: { wall: 'frame-caps', rule: 'decompress_cap' },
    },
  )
}

export function corrupt(coding: 'zstd' | 'gzip', what: string): Refusal {
  return new Refusal('BadRequest', `the ${coding} content ${what}`)
}
