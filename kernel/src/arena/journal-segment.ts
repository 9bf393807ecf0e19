/**
 * The memory of one journal as the kernel holds it: allocated once, lent to one thread after another, and
 * overwritten with zeros at the end. The threads come and go; what they wrote stays.
 *
 *     0       4       8      12 …                36     40     44          48       52        56    64
 *     │ magic │ owner │ live │ reach last end ×2 │ turn │ copy │ followers │ covers │ adopted │ 0 … │ half 0 … │ half 1 …
 *
 * Places are multiples of eight, and the header counts them in eights.
 *
 * The system commits a page when it is first written, so a segment costs what is in it and not what it may
 * hold, and nothing here touches a page that was never used.
 */

import { copierNumber, copyOf, copyStep, copyWord, type Copy, type CopyAct } from './journal-copy.ts'
import type { Books, Half, Side } from './journal-steps.ts'

const headerBytes = 64
/** `RJN1`, little-endian. */
const magic = 0x314e4a52
const word = {
  magic: 0,
  owner: 1,
  live: 2,
  turn: 9,
  copy: 10,
  followers: 11,
  covers: 12,
  adopted: 13,
} as const
const halfWord = { reach: 3, last: 4, end: 5 } as const
const halfWords = 3
/** What stands for the live half: no damaged bit makes one of the other, which may be empty and valid. */
const liveMarks = [0x0f0f0f0f, 0x70f0f0f0] as const

/**
 * Records begin at multiples of this: bytes go in and out of shared memory by words where they lie alike in both
 * memories, and one by one where they do not.
 */
export const alignment = 8
const capacityMax = 2 ** 33
/** A view of shared memory reaches 4 GiB at most, so what is longer is overwritten piece by piece. */
const pieceBytes = 2 ** 30

/** Where a journal lies: enough to follow it. */
export interface JournalPlace {
  readonly memory: SharedArrayBuffer
  /** What to raise when the journal is full, such as `storage.journal_bytes_max`. */
  readonly setting: string
}

/** Reserves a segment in which records may take `bytesMax` bytes. Throws a sentence when it cannot. */
export function newJournalMemory(bytesMax: number): SharedArrayBuffer {
  if (bytesMax > capacityMax) {
    throw new RangeError(`a journal may have 8GiB at most, and ${bytesMax} bytes were asked for`)
  }
  const capacity = Math.floor(bytesMax / alignment) * alignment
  const memory = new SharedArrayBuffer(headerBytes + 2 * capacity)
  new JournalHeader(memory).begin()
  return memory
}

/**
 * Lends the segment to the next thread, which writes under the number returned; whoever had it before can begin
 * no write any more. A write that has begun is not stopped, so the thread before must have ended, or at least not
 * be inside one.
 */
export function lendJournal(memory: SharedArrayBuffer): number {
  return new JournalHeader(memory).nextOwner()
}

/** Overwrites every record there ever was with zeros, and says how many bytes that was. No owner can write after. */
export function zeroizeJournal(memory: SharedArrayBuffer): number {
  const header = new JournalHeader(memory)
  header.nextOwner()
  const { books } = header.read()
  let overwritten = 0
  for (const side of [0, 1] as const) {
    // A header that cannot be believed does not say what was used: then it is everything.
    const reach = books?.halves[side].reach ?? header.capacity
    overwrite(memory, header.offsetOf(side), reach)
    for (const name of ['last', 'end', 'reach'] as const) header.store(name, side, 0)
    overwritten += reach
  }
  return overwritten
}

/** Puts zeros in the place of so many bytes between two places of records. */
export function overwrite(memory: SharedArrayBuffer, from: number, length: number): void {
  for (let at = 0; at < length; at += pieceBytes)
    new Int32Array(memory, from + at, Math.min(pieceBytes, length - at) / 4).fill(0)
}

/** The words in front of the two halves. */
export class JournalHeader {
  readonly capacity: number
  readonly #words: Int32Array

  constructor(memory: SharedArrayBuffer) {
    if (memory.byteLength < headerBytes)
      throw new RangeError(`a journal of ${memory.byteLength} bytes has no header`)
    this.capacity = (memory.byteLength - headerBytes) / 2
    this.#words = new Int32Array(memory, 0, headerBytes / 4)
  }

  /** Marks new memory as a journal without records. */
  begin(): void {
    this.storeLive(0)
    Atomics.store(this.#words, word.magic, magic)
  }

  get owner(): number {
    return Atomics.load(this.#words, word.owner)
  }

  nextOwner(): number {
    return (Atomics.add(this.#words, word.owner, 1) + 1) | 0
  }

  /** Where a half begins in the segment. */
  offsetOf(side: number): number {
    return headerBytes + side * this.capacity
  }

  store(name: keyof Half, side: Side, value: number): void {
    Atomics.store(this.#words, halfWord[name] + side * halfWords, value / alignment)
  }

  storeLive(side: Side): void {
    Atomics.store(this.#words, word.live, liveMarks[side])
  }

  /** Which half is live; half 0 for a word that stands for neither, as `read` says of it. */
  get live(): Side {
    return Atomics.load(this.#words, word.live) === liveMarks[1] ? 1 : 0
  }

  get turn(): number {
    return Atomics.load(this.#words, word.turn)
  }

  storeTurn(name: 'turn' | 'adopted', turn: number): void {
    Atomics.store(this.#words, word[name], turn)
  }

  /** Whose the half is that does not count. */
  get copy(): Copy {
    return copyOf(Atomics.load(this.#words, word.copy))
  }

  /** Does what `journal-copy.ts` allows; false when it does not, or somebody else was first. */
  moveCopy(act: CopyAct): boolean {
    const before = Atomics.load(this.#words, word.copy)
    const after = copyStep(copyOf(before), act)
    if (after === null) return false
    return Atomics.compareExchange(this.#words, word.copy, before, copyWord(after)) === before
  }

  /** Waits until the word about the copy is another, at most for so long. */
  awaitCopy(ms: number): void {
    Atomics.wait(this.#words, word.copy, Atomics.load(this.#words, word.copy), ms)
  }

  nextFollower(): number {
    return copierNumber(Atomics.add(this.#words, word.followers, 1) + 1)
  }

  /** Up to where in the live half a copy that is ready holds what the records say. */
  get covers(): number {
    return alignment * Atomics.load(this.#words, word.covers)
  }

  storeCovers(at: number): void {
    Atomics.store(this.#words, word.covers, at / alignment)
  }

  /** The books, or what is wrong with them: a header is memory like any other, and may be damaged. */
  read(): { readonly books: Books } | { readonly books: null; readonly because: string } {
    const { turn } = this
    const [mark, live] = [Atomics.load(this.#words, word.magic), Atomics.load(this.#words, word.live)]
    if (mark !== magic) return { books: null, because: `it begins with ${mark}, not with ${magic}` }
    const side = liveMarks.findIndex((mark) => mark === live)
    if (side !== 0 && side !== 1)
      return {
        books: null,
        because: `${live} stands for its live half, which is none of ${liveMarks.join(', ')}`,
      }
    const halves = [this.#half(0), this.#half(1)] as const
    for (const [side, { reach, last, end }] of halves.entries()) {
      const ordered = 0 <= last && last <= end && end <= reach && reach <= this.capacity
      if (!ordered) {
        const because = `half ${side} says its last record is at ${last}, its end at ${end} and its reach ${reach}`
        return { books: null, because: `${because}, of ${this.capacity} bytes` }
      }
    }
    const adopted = Atomics.load(this.#words, word.adopted)
    return { books: { capacity: this.capacity, live: side, turn, adopted, halves } }
  }

  #half(side: Side): Half {
    const at = (name: keyof Half) => alignment * Atomics.load(this.#words, halfWord[name] + side * halfWords)
    return { reach: at('reach'), last: at('last'), end: at('end') }
  }
}
