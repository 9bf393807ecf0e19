/**
 * BLAKE3 (the paper of 2020, §2) of up to 1,024 bytes, which is one chunk. The hashes of a proof are so many and so short
 * that calling out to a library costs more than computing them; a test compares the two.
 */

const blockBytes = 64
const chunkBytesMax = 1_024

const initial = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
)
const [chunkStart, chunkEnd, root] = [1, 2, 8]
const roundCount = 7
const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
/** For each of the seven rounds, which words of the block go in, in order. */
const schedule = Uint8Array.from(scheduleFrom())

const chain = new Int32Array(8)
const words = new Int32Array(16)
const state = new Int32Array(16)

/** The hash of `length` bytes of `from` at `offset`, written into `to` at `toOffset`; they may overlap. */
export function blake3Into(
  from: Uint8Array,
  offset: number,
  length: number,
  to: Uint8Array,
  toOffset: number,
): void {
  if (length > chunkBytesMax) throw new RangeError(`${length} bytes are more than one chunk`)
  chain.set(initial)
  const blocks = Math.max(1, Math.ceil(length / blockBytes))
  for (let block = 0; block < blocks; block++) {
    const at = block * blockBytes
    const bytes = Math.min(blockBytes, length - at)
    readWords(from, offset + at, bytes)
    const last = block === blocks - 1
    compress(bytes, (block === 0 ? chunkStart : 0) | (last ? chunkEnd | root : 0))
  }
  for (let word = 0; word < 8; word++) {
    const [value, at] = [chain[word] ?? 0, toOffset + 4 * word]
    to[at] = value
    to[at + 1] = value >> 8
    to[at + 2] = value >> 16
    to[at + 3] = value >> 24
  }
}

function readWords(from: Uint8Array, offset: number, bytes: number): void {
  const whole = bytes >> 2
  for (let word = 0; word < whole; word++) {
    const at = offset + 4 * word
    words[word] =
      (from[at] ?? 0) | ((from[at + 1] ?? 0) << 8) | ((from[at + 2] ?? 0) << 16) | ((from[at + 3] ?? 0) << 24)
  }
  words.fill(0, whole)
  for (let byte = 4 * whole; byte < bytes; byte++) {
    words[whole] = (words[whole] ?? 0) | ((from[offset + byte] ?? 0) << (8 * (byte & 3)))
  }
}

/** One block into the chaining value. The counter is 0, for there is one chunk. */
function compress(bytes: number, flags: number): void {
  state.set(chain)
  state.set(initial.subarray(0, 4), 8)
  state[12] = 0
  state[13] = 0
  state[14] = bytes
  state[15] = flags
  for (let at = 0; at < 16 * roundCount; at += 16) {
    mix(0, 4, 8, 12, at)
    mix(1, 5, 9, 13, at + 2)
    mix(2, 6, 10, 14, at + 4)
    mix(3, 7, 11, 15, at + 6)
    mix(0, 5, 10, 15, at + 8)
    mix(1, 6, 11, 12, at + 10)
    mix(2, 7, 8, 13, at + 12)
    mix(3, 4, 9, 14, at + 14)
  }
  for (let at = 0; at < 8; at++) chain[at] = (state[at] ?? 0) ^ (state[at + 8] ?? 0)
}

/** The quarter round, with the two words of the block that stand at `at` and behind it in the schedule. */
function mix(ia: number, ib: number, ic: number, id: number, at: number): void {
  let a = state[ia] ?? 0
  let b = state[ib] ?? 0
  let c = state[ic] ?? 0
  let d = state[id] ?? 0
  a = (a + b + (words[schedule[at] ?? 0] ?? 0)) | 0
  d = rotate(d ^ a, 16)
  c = (c + d) | 0
  b = rotate(b ^ c, 12)
  a = (a + b + (words[schedule[at + 1] ?? 0] ?? 0)) | 0
  d = rotate(d ^ a, 8)
  c = (c + d) | 0
  b = rotate(b ^ c, 7)
  state[ia] = a
  state[ib] = b
  state[ic] = c
  state[id] = d
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}

function scheduleFrom(): number[] {
  let order = permutation.map((_, at) => at)
  return Array.from({ length: roundCount }, () => {
    const now = order
    order = permutation.map((at) => now[at] ?? 0)
    return now
  }).flat()
}
