/**
 * Gzip content, inflated in slices on Node's thread pool. Several members one after the other are one
 * content (RFC 1952 §2.2); the caps hold for all of them together. Anything after the last member is refused.
 */

import { createGunzip } from 'node:zlib'
import { Refusal } from '@ron/kernel/contract/refusals'
import { concatBytes } from '../oap/bytes.ts'
import { checkCap, corrupt, outputCap, sliceBytes, type InflateLimits, type OutputCap } from './caps.ts'

/** Throws a `Refusal`: DecompressCap past a cap, BadRequest for what is not whole gzip members. */
export async function inflateGzip(input: Uint8Array, limits: InflateLimits): Promise<Uint8Array> {
  const slices: Uint8Array[] = []
  for await (const slice of gzipSlices(input, outputCap(input.length, limits))) slices.push(slice)
  return concatBytes(slices)
}

/** The output. No slice is handed out once the cap is passed. */
export async function* gzipSlices(input: Uint8Array, cap: OutputCap): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: sliceBytes })
  gunzip.end(input)
  let produced = 0
  try {
    for await (const slice of gunzip) {
      if (!(slice instanceof Uint8Array)) throw new TypeError('gunzip gave something other than bytes')
      produced += slice.length
      checkCap(produced, cap)
      // A copy of exactly these bytes: zlib's own lie in a buffer of the slice's full size.
      yield new Uint8Array(slice)
    }
  } catch (cause) {
    if (cause instanceof Refusal || !(cause instanceof Error) || !('code' in cause)) throw cause
    throw corrupt('gzip', `cannot be read: ${cause.message}`)
  }
  // zlib ignores what follows the last member; here it is a sign of a broken or a forged body.
  const left = input.length - gunzip.bytesWritten
  if (left > 0) throw corrupt('gzip', `goes on for ${left} bytes after its end`)
}
