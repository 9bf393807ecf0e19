/**
 * The memory of one service's contents as the kernel holds it: pages, a link from each page to the next of the
 * same content, and an entry for each content. Its first word, `first`, is written last and cleared first, so
 * an entry is there whole or not at all; pages that no entry leads to are what a thread left half done.
 *
 *     │ header │ links: 4 bytes a page │ entries: first length digest, 40 bytes │ pages of 512 bytes │
 *
 *     entry ──first──► page 7 ──link──► page 8 ──link──► page 3 ──► end
 *
 * A content of n bytes takes n rounded up to pages: less than 512 bytes are lost on each, and no room is ever
 * too scattered to be used.
 */

const headerBytes = 64
/** `RBN1`, little-endian. */
const magic = 0x314e4252
const word = { magic: 0, owner: 1, pagesReach: 2, entriesReach: 3 } as const

export const pageBytes = 512
export const digestBytes = 32
const linkBytes = 4
const entryBytes = 8 + digestBytes
export const entryWords = entryBytes / 4
/** Where the parts of an entry begin in it, in words; `first` begins it. */
export const lengthWord = 1
export const digestWord = 2

/** A link that leads nowhere: a free page or entry. */
export const none = 0
/** The end of a chain. */
export const chainEnd = 1
/** Page p is written as a link p + 2. */
export const linkTo = (page: number) => page + 2
export const pageOf = (link: number) => link - 2

/** Where contents lie. */
export interface BlobsPlace {
  readonly memory: SharedArrayBuffer
  /** What to raise when it is full, such as `storage.bytes_max`. */
  readonly setting: string
}

/** Reserves pages for `bytesMax` bytes. Throws a RangeError when there is no such memory. */
export function newBlobsMemory(bytesMax: number): SharedArrayBuffer {
  const pages = Math.ceil(bytesMax / pageBytes)
  const memory = new SharedArrayBuffer(headerBytes + pages * (linkBytes + entryBytes + pageBytes))
  const segment = new BlobsSegment(memory)
  segment.begin()
  return memory
}

/**
 * Lends the segment to the next thread, which writes under the number returned; whoever had it before has ended,
 * and can write no more.
 */
export function lendBlobs(memory: SharedArrayBuffer): number {
  return new BlobsSegment(memory).nextOwner()
}

/** Overwrites everything there ever was with zeros, and says how many bytes of pages that was. */
export function zeroizeBlobs(memory: SharedArrayBuffer): number {
  const segment = new BlobsSegment(memory)
  segment.nextOwner()
  const { pagesReach } = segment
  segment.content.fill(0, 0, pagesReach * pageBytes)
  segment.links.fill(none, 0, pagesReach)
  segment.entries.fill(0, 0, segment.entriesReach * entryWords)
  segment.pagesReach = 0
  segment.entriesReach = 0
  return pagesReach * pageBytes
}

export class BlobsSegment {
  readonly pages: number
  readonly links: Int32Array
  readonly entries: Int32Array
  readonly content: Uint8Array
  readonly #header: Int32Array

  constructor(memory: SharedArrayBuffer) {
    this.pages = Math.floor((memory.byteLength - headerBytes) / (linkBytes + entryBytes + pageBytes))
    const entriesAt = headerBytes + this.pages * linkBytes
    const contentAt = entriesAt + this.pages * entryBytes
    this.#header = new Int32Array(memory, 0, headerBytes / 4)
    this.links = new Int32Array(memory, headerBytes, this.pages)
    this.entries = new Int32Array(memory, entriesAt, this.pages * entryWords)
    this.content = new Uint8Array(memory, contentAt, this.pages * pageBytes)
  }

  /** Marks new memory as a segment. */
  begin(): void {
    Atomics.store(this.#header, word.magic, magic)
  }

  get isMarked(): boolean {
    return Atomics.load(this.#header, word.magic) === magic
  }

  get owner(): number {
    return Atomics.load(this.#header, word.owner)
  }

  nextOwner(): number {
    return (Atomics.add(this.#header, word.owner, 1) + 1) | 0
  }

  /** Pages below this may have been used; it moves ahead of them. A number that cannot be stands for all. */
  get pagesReach(): number {
    return this.#reach(word.pagesReach)
  }

  set pagesReach(pages: number) {
    Atomics.store(this.#header, word.pagesReach, pages)
  }

  /** The same for entries. */
  get entriesReach(): number {
    return this.#reach(word.entriesReach)
  }

  set entriesReach(entries: number) {
    Atomics.store(this.#header, word.entriesReach, entries)
  }

  first(entry: number): number {
    return Atomics.load(this.entries, entry * entryWords)
  }

  /** Makes the entry be there, or not. */
  setFirst(entry: number, link: number): void {
    Atomics.store(this.entries, entry * entryWords, link)
  }

  length(entry: number): number {
    return this.entries[entry * entryWords + lengthWord] ?? 0
  }

  /** Writes what an entry says of its content, before it is there. The digest is eight words. */
  describe(entry: number, length: number, digest: Int32Array): void {
    this.entries[entry * entryWords + lengthWord] = length
    this.entries.set(digest, entry * entryWords + digestWord)
  }

  /** Overwrites an entry that is not there any more. */
  forget(entry: number): void {
    this.entries.fill(0, entry * entryWords, (entry + 1) * entryWords)
  }

  #reach(of: number): number {
    const reach = Atomics.load(this.#header, of)
    return reach >= 0 && reach <= this.pages ? reach : this.pages
  }
}
