// @ts-check
/**
 * Small changes to an input. Each knows bytes only: lengths in headers, digits in text and nesting are hit by
 * setting bytes and integers to their edges and by repeating, dropping and mixing pieces of known inputs. What is
 * compared whole, which no coverage shows halves of, is hit by words of the code itself.
 */

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {{ readonly others: readonly Uint8Array[], readonly words: readonly Uint8Array[] }} Stock what to borrow from: known inputs, and what the code compares with */
/** @typedef {(input: Uint8Array, stock: Stock, random: Random) => Uint8Array} Change may change its input */

const edges = [0, 1, 2, 9, 10, 0x1f, 0x20, 0x2c, 0x2e, 0x2f, 0x30, 0x39, 0x7f, 0x80, 0xfe, 0xff]
const edges32 = [
  0, 1, 37, 38, 39, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x100000, 0x100001, 0x7fffffff, 0xffffffff,
]

/**
 * One to four changes. The result has at most `bytesMax` bytes and never shares memory with the input.
 * @param {Uint8Array} input
 * @param {Stock} stock
 * @param {Random} random
 * @param {number} bytesMax
 * @returns {Uint8Array}
 */
export function mutate(input, stock, random, bytesMax) {
  /** @type {Uint8Array} */
  let result = Uint8Array.from(input)
  // One change is the most likely to keep what made the input matter.
  const count = random.below(2) === 0 ? 1 : 1 + random.below(4)
  for (let done = 0; done < count; done++) {
    // Single bytes decide most branches of a parser, so they get half of all changes.
    const change = random.below(2) === 0 ? setByte : random.pick(changes)
    result = change(result, stock, random)
  }
  return result.slice(0, bytesMax)
}

/** @type {Change} */
function setByte(input, _, random) {
  input[random.below(input.length)] = random.below(256)
  return input
}

/** @type {readonly Change[]} */
const changes = [
  function flipBit(input, _, random) {
    const at = random.below(input.length)
    input[at] = (input[at] ?? 0) ^ (1 << random.below(8))
    return input
  },
  function setEdge(input, _, random) {
    input[random.below(input.length)] = random.pick(edges)
    return input
  },
  function nudgeByte(input, _, random) {
    const at = random.below(input.length)
    input[at] = (input[at] ?? 0) + random.pick([-2, -1, 1, 2])
    return input
  },
  function setInteger(input, _, random) {
    const width = random.pick([2, 4])
    if (input.length < width) return input
    const at = random.below(input.length - width + 1)
    const view = new DataView(input.buffer, input.byteOffset)
    const value = random.pick(edges32)
    if (width === 2) view.setUint16(at, value & 0xffff)
    else view.setUint32(at, value)
    return input
  },
  function insertBytes(input, _, random) {
    const piece = Uint8Array.from({ length: 1 + random.below(4) }, () => random.below(256))
    return spliced(input, random.below(input.length + 1), 0, piece)
  },
  function dropPiece(input, _, random) {
    const { from, length } = pieceOf(input, random)
    return spliced(input, from, length, new Uint8Array(0))
  },
  function repeatPiece(input, _, random) {
    const { from, length } = pieceOf(input, random)
    return spliced(input, from, 0, input.slice(from, from + length))
  },
  function movePiece(input, _, random) {
    const { from, length } = pieceOf(input, random)
    const without = spliced(input, from, length, new Uint8Array(0))
    return spliced(without, random.below(without.length + 1), 0, input.slice(from, from + length))
  },
  function borrowWord(input, { words }, random) {
    if (words.length === 0) return input
    const word = random.pick(words)
    const replaced = random.below(2) * word.length
    return spliced(input, random.below(input.length + 1), replaced, word)
  },
  function borrowPiece(input, { others }, random) {
    const other = random.pick(others)
    const { from, length } = pieceOf(other, random)
    const replaced = random.below(2) * Math.min(length, input.length)
    return spliced(input, random.below(input.length + 1), replaced, other.slice(from, from + length))
  },
  function truncate(input, _, random) {
    return input.slice(0, random.below(input.length + 1))
  },
]

/**
 * @param {Uint8Array} input
 * @param {Random} random
 */
function pieceOf(input, random) {
  const from = random.below(input.length + 1)
  // Short pieces are the interesting ones; now and then everything up to the end.
  const longest = input.length - from
  const length = random.below(4) === 0 ? longest : Math.min(longest, 1 + random.below(16))
  return { from, length }
}

/**
 * @param {Uint8Array} input
 * @param {number} from
 * @param {number} dropped
 * @param {Uint8Array} piece
 */
export function spliced(input, from, dropped, piece) {
  const tail = input.subarray(from + dropped)
  const result = new Uint8Array(from + piece.length + tail.length)
  result.set(input.subarray(0, from))
  result.set(piece, from)
  result.set(tail, from + piece.length)
  return result
}
