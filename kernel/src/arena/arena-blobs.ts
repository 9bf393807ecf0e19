/**
 * The `Blobs` in shared memory: contents survive the thread and end with the process. What a thread left half
 * done is found and overwritten when the next one opens the segment. It trusts no link: content whose pages
 * cannot be followed is let go, and whoever asks for it learns that it is not there.
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Random } from '../ports/random.ts'
import { AddressReader } from './address-reader.ts'
import {
  BlobsSegment,
  chainEnd,
  entryWords,
  lengthWord,
  linkTo,
  none,
  pageBytes,
  pageOf,
  type BlobsPlace,
} from './blobs-segment.ts'
import { DigestIndex } from './digest-index.ts'
import { mayWrite } from './journal-steps.ts'
import { FreeRuns, type Run } from './free-runs.ts'

const nothing = new Uint8Array(0)
/** Memory to show contents in is kept up to this size; for a larger one, new memory is made. */
const shownBytesMax = 2 ** 20
/** Looked up in one turn of the event loop: a few milliseconds. */
const addressesPerTurn = 4_096

export class ArenaBlobs implements Blobs {
  readonly #segment: BlobsSegment
  readonly #setting: string
  readonly #pause: () => Promise<void>
  readonly #free = new FreeRuns()
  readonly #freeEntries: number[] = []
  /** Of the entries that are there. */
  readonly #index: DigestIndex
  readonly #wanted = new AddressReader()
  /** While it is found out what is needed: entries with a 1 here are not known to be. */
  #unneeded = nothing
  /** Where contents are shown, for memory is dear to get. It is all zeros between two looks. */
  #shown = nothing
  #bytesUsed = 0
  /** The number it writes under; null before it takes over, and when it is closed. */
  #owner: number | null = null

  /** Throws when the memory is no segment. `pause` lets the event loop turn in the middle of long work. */
  constructor({ memory, setting }: BlobsPlace, random: Random, pause: () => Promise<void>) {
    this.#pause = pause
    this.#segment = new BlobsSegment(memory)
    this.#setting = setting
    if (!this.#segment.isMarked)
      throw new Error('the memory for contents is damaged: its first word is not its mark')
    this.#index = new DigestIndex(this.#segment, random)
  }

  /** Takes over what is there, under the number that was lent; the thread before has ended. Comes before all else. */
  take(owner: number): void {
    this.#owner = owner
    const seen = this.#findEntries()
    this.#findFreePages(seen)
  }

  get bytesUsed(): number {
    return this.#bytesUsed
  }

  async put(address: string, content: Uint8Array): Promise<void> {
    this.#assertMayWrite()
    if (!this.#wanted.read(address)) throw new RangeError(`${address} is no address`)
    const { digest } = this.#wanted
    const before = this.#index.find(digest)
    if (before !== undefined) this.#drop(before)
    const pages = Math.ceil(content.length / pageBytes)
    const anyEntry = this.#freeEntries.length > 0 || this.#segment.entriesReach < this.#segment.pages
    const runs = anyEntry ? this.#free.take(pages) : null
    if (runs === null) {
      throw new Refusal(
        'Full',
        `${this.#free.pages * pageBytes} bytes are free and ${content.length} are needed; ` +
          `delete something, or raise ${this.#setting}, now ${formatSize(this.#segment.pages * pageBytes)}`,
      )
    }
    const entry = this.#freeEntries.pop() ?? this.#segment.entriesReach
    if (entry < this.#unneeded.length) this.#unneeded[entry] = 0
    this.#reachTo(entry, runs)
    const first = this.#chain(runs)
    this.#fill(runs, content)
    this.#segment.describe(entry, content.length, digest)
    this.#segment.setFirst(entry, first)
    this.#index.add(entry)
    this.#bytesUsed += content.length
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    const entry = this.#entryOf(address)
    if (entry === undefined) return undefined
    const copy = new Uint8Array(this.#segment.length(entry))
    this.#copy(entry, copy)
    return copy
  }

  async look<Seen>(address: string, of: (content: Uint8Array) => Seen): Promise<Seen | undefined> {
    this.#assertOpen()
    const entry = this.#entryOf(address)
    if (entry === undefined) return undefined
    const shown = this.#roomToShow(this.#segment.length(entry))
    try {
      this.#copy(entry, shown)
      return of(shown)
    } finally {
      // Content that is deleted must be nowhere any more.
      shown.fill(0)
    }
  }

  async delete(address: string): Promise<void> {
    this.#assertMayWrite()
    const entry = this.#entryOf(address)
    if (entry !== undefined) this.#drop(entry)
  }

  async keepOnly(needed: Iterable<string>): Promise<void> {
    this.#assertMayWrite()
    const unneeded = new Uint8Array(this.#segment.entriesReach).fill(1)
    this.#unneeded = unneeded
    let looked = 0
    for (const address of needed) {
      const entry = this.#entryOf(address)
      if (entry !== undefined) unneeded[entry] = 0
      if (++looked % addressesPerTurn !== 0) continue
      await this.#pause()
      if (this.#owner === null) return
      // It may have been given up meanwhile, and the memory lent to the next.
      this.#assertMayWrite()
    }
    for (let entry = unneeded.lastIndexOf(1); entry >= 0;) {
      if (this.#segment.first(entry) !== none) this.#drop(entry)
      entry = unneeded.subarray(0, entry).lastIndexOf(1)
    }
    this.#unneeded = nothing
  }

  async close(): Promise<void> {
    this.#owner = null
  }

  #entryOf(address: string): number | undefined {
    return this.#wanted.read(address) ? this.#index.find(this.#wanted.digest) : undefined
  }

  #roomToShow(bytes: number): Uint8Array {
    if (bytes > shownBytesMax) return new Uint8Array(bytes)
    if (bytes > this.#shown.length) this.#shown = new Uint8Array(bytes)
    return this.#shown.subarray(0, bytes)
  }

  /** Copies the content of an entry into memory of its size. */
  #copy(entry: number, into: Uint8Array): void {
    const { content } = this.#segment
    let at = 0
    for (const { start, pages } of this.#runsFrom(this.#segment.first(entry))) {
      const from = start * pageBytes
      const part = Math.min(pages * pageBytes, into.length - at)
      into.set(content.subarray(from, from + part), at)
      at += part
    }
  }

  #drop(entry: number): void {
    const { links, content } = this.#segment
    const runs = this.#runsFrom(this.#segment.first(entry))
    this.#segment.setFirst(entry, none)
    this.#index.remove(entry)
    this.#bytesUsed -= this.#segment.length(entry)
    this.#segment.forget(entry)
    this.#freeEntries.push(entry)
    // The link of a page is cleared after the page: a page with a link may hold something.
    for (const { start, pages } of runs.toReversed()) {
      content.fill(0, start * pageBytes, (start + pages) * pageBytes)
      links.fill(none, start, start + pages)
      this.#free.give({ start, pages })
    }
  }

  #reachTo(entry: number, runs: readonly Run[]): void {
    const segment = this.#segment
    if (entry >= segment.entriesReach) segment.entriesReach = entry + 1
    const pages = Math.max(0, ...runs.map((run) => run.start + run.pages))
    if (pages > segment.pagesReach) segment.pagesReach = pages
  }

  /** Links the pages, before they hold anything. Returns what leads to the first. */
  #chain(runs: readonly Run[]): number {
    const { links } = this.#segment
    let next = chainEnd
    for (const { start, pages } of runs.toReversed()) {
      for (let page = start + pages - 1; page >= start; page--) {
        links[page] = next
        next = linkTo(page)
      }
    }
    return next
  }

  #fill(runs: readonly Run[], content: Uint8Array): void {
    let at = 0
    for (const { start, pages } of runs) {
      const part = content.subarray(at, at + pages * pageBytes)
      this.#segment.content.set(part, start * pageBytes)
      at += part.length
    }
  }

  /** The pages of a chain that was found whole, as runs. */
  #runsFrom(first: number): readonly Run[] {
    const { links } = this.#segment
    const runs: Run[] = []
    for (let link = first; link > chainEnd;) {
      const start = pageOf(link)
      let end = start
      do link = links[end++] ?? chainEnd
      while (link === linkTo(end))
      runs.push({ start, pages: end - start })
    }
    return runs
  }

  /** Reads the entries that are there; returns which pages they lead to. */
  #findEntries(): Uint8Array {
    const segment = this.#segment
    const { entries, links } = segment
    const seen = new Uint8Array(segment.pagesReach)
    // Read plainly, which is quicker: nobody writes now.
    const isKept = (entry: number) => {
      const first = entries[entry * entryWords] ?? none
      const length = entries[entry * entryWords + lengthWord] ?? 0
      if (!isWhole(links, first, length, seen)) return false
      this.#bytesUsed += length
      return true
    }
    const lost = (entry: number) => {
      segment.setFirst(entry, none)
      segment.forget(entry)
      this.#freeEntries.push(entry)
    }
    this.#index.fill(segment.entriesReach, isKept, lost)
    return seen
  }

  /** Collects the pages nothing leads to, and overwrites those that something led to once. */
  #findFreePages(seen: Uint8Array): void {
    const { links, content, pages } = this.#segment
    this.#free.give({ start: seen.length, pages: pages - seen.length })
    for (let last = seen.lastIndexOf(0); last >= 0;) {
      const start = seen.lastIndexOf(1, last) + 1
      for (let page = last; page >= start; page--) {
        if (links[page] === none) continue
        content.fill(0, page * pageBytes, (page + 1) * pageBytes)
        links[page] = none
      }
      this.#free.give({ start, pages: last + 1 - start })
      last = seen.subarray(0, start).lastIndexOf(0)
    }
  }

  #assertOpen(): void {
    if (this.#owner === null) throw new Error('the blobs are closed')
  }

  #assertMayWrite(): void {
    this.#assertOpen()
    if (this.#owner === null || !mayWrite(this.#segment.owner, this.#owner))
      throw new Error('the blobs belong to another thread by now')
  }
}

/** Whether `first` leads through as many pages as the length needs, none of them seen; they are seen then. */
function isWhole(links: Int32Array, first: number, length: number, seen: Uint8Array): boolean {
  let link = first
  let pages = 0
  for (; pages * pageBytes < length && link > chainEnd; pages++) {
    const page = pageOf(link)
    if (seen[page] !== 0) break
    seen[page] = 1
    link = links[page] ?? none
  }
  if (link === chainEnd && length >= 0 && pages * pageBytes >= length) return true
  // The same way again, for the pages that were taken to be this entry's.
  for (link = first; pages > 0; pages--) {
    seen[pageOf(link)] = 0
    link = links[pageOf(link)] ?? none
  }
  return false
}
