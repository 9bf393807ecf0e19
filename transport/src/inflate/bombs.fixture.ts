/** Compressed content for tests, made piece by piece so that a bomb's plain bytes never exist at once. */

import { createGzip } from 'node:zlib'
import binding from 'zstd-napi/binding.js'
import { concatBytes } from '../oap/bytes.ts'

const MiB = 2 ** 20
const zeros = new Uint8Array(MiB)

/** One zstd frame; `windowLog` 0 leaves the choice to the encoder. */
export function zstdOf(plain: Iterable<Uint8Array>, windowLog = 0): Uint8Array {
  const encoder = new binding.CCtx()
  encoder.setParameter(binding.CParameter.windowLog, windowLog)
  const room = new Uint8Array(MiB)
  const written: Uint8Array[] = []
  const write = (piece: Uint8Array, directive: binding.EndDirective): void => {
    let rest = piece
    for (;;) {
      const [left, wrote, took] = encoder.compressStream2(room, rest, directive)
      written.push(room.slice(0, wrote))
      rest = rest.subarray(took)
      if (rest.length === 0 && (left === 0 || directive === binding.EndDirective.continue)) return
    }
  }
  for (const piece of plain) write(piece, binding.EndDirective.continue)
  write(new Uint8Array(0), binding.EndDirective.end)
  return concatBytes(written)
}

export function gzipOf(plain: Iterable<Uint8Array>): Promise<Uint8Array> {
  const gzip = createGzip()
  const written: Uint8Array[] = []
  return new Promise((resolve, reject) => {
    gzip.on('data', (piece: Uint8Array) => written.push(piece))
    gzip.on('end', () => resolve(concatBytes(written)))
    gzip.on('error', reject)
    for (const piece of plain) gzip.write(piece)
    gzip.end()
  })
}

export function* zerosOf(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= MiB) yield zeros.subarray(0, Math.min(left, MiB))
}

/** Bytes that compress by a little less than half: hex digits of a simple generator. */
export function textOf(bytes: number, seed = 1): Uint8Array {
  let state = seed
  const text = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    text[at] = '0123456789abcdef'.charCodeAt(state >>> 28)
  }
  return text
}
