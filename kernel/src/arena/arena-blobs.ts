/**
 * The `Blobs` in shared memory: contents survive the thread and end with the process. What a thread left half
 * done is found and overwritten when the next one opens the segment. It trusts no link: content whose pages
 * cannot be followed is let go, and whoever asks for it learns that it is not there.
 */

import { Refusal } from '../contract/refusals.ts'
import { formatSize } from '../contract/units.ts'
import type { Blobs } from '../ports/blobs.ts'
import {
  BlobsSegment,
  chainEnd,
  digestBytes,
  linkTo,
  none,
  pageBytes,
  pageOf,
  type BlobsLease,
} from './blobs-segment.ts'
import { mayWrite } from './journal-steps.ts'
import { FreeRuns, type Run } from './free-runs.ts'

const scheme = 'b3:'
const addressForm = new RegExp(`^${scheme}[0-9a-f]{${2 * digestBytes}}$`)

export class ArenaBlobs implements Blobs {
  readonly #segment: BlobsSegment
  readonly #owner: number
  readonly #setting: string
  readonly #free = new FreeRuns()
  readonly #freeEntries: number[] = []
  /** address → entry */
  readonly #entries = new Map<string, number>()
  #bytesUsed = 0
  #open = true

  /** Takes over what is there. Throws when the memory is no segment. */
  constructor({ memory, owner, setting }: BlobsLease) {
    this.#segment = new BlobsSegment(memory)
    this.#owner = owner
    this.#setting = setting
    if (!this.#segment.isMarked)
      throw new Error('the memory for contents is damaged: its first word is not its mark')
    const seen = this.#findEntries()
    this.#findFreePages(seen)
  }

  get bytesUsed(): number {
    return this.#bytesUsed
  }

  async put(address: string, content: Uint8Array): Promise<void> {
    this.#assertMayWrite()
    if (!addressForm.test(address)) throw new RangeError(`${address} is no address`)
    this.#drop(address)
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
    this.#reachTo(entry, runs)
    const first = this.#chain(runs)
    this.#fill(runs, content)
    this.#segment.describe(entry, content.length, address.slice(scheme.length))
    this.#segment.setFirst(entry, first)
    this.#entries.set(address, entry)
    this.#bytesUsed += content.length
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    const entry = this.#entries.get(address)
    if (entry === undefined) return undefined
    const { content } = this.#segment
    const copy = new Uint8Array(this.#segment.length(entry))
    let at = 0
    for (const { start, pages } of this.#runsFrom(this.#segment.first(entry))) {
      const from = start * pageBytes
      const part = Math.min(pages * pageBytes, copy.length - at)
      copy.set(content.subarray(from, from + part), at)
      at += part
    }
    return copy
  }

  async delete(address: string): Promise<void> {
    this.#assertMayWrite()
    this.#drop(address)
  }

  async keepOnly(isNeeded: (address: string) => boolean): Promise<void> {
    this.#assertMayWrite()
    for (const address of [...this.#entries.keys()]) if (!isNeeded(address)) this.#drop(address)
  }

  async close(): Promise<void> {
    this.#open = false
  }

  #drop(address: string): void {
    const entry = this.#entries.get(address)
    if (entry === undefined) return
    const { links, content } = this.#segment
    const runs = this.#runsFrom(this.#segment.first(entry))
    this.#segment.setFirst(entry, none)
    this.#entries.delete(address)
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
    const seen = new Uint8Array(segment.pagesReach)
    for (let entry = segment.entriesReach - 1; entry >= 0; entry--) {
      const address = scheme + segment.digest(entry)
      if (!this.#entries.has(address) && this.#follow(entry, seen)) {
        this.#entries.set(address, entry)
        this.#bytesUsed += segment.length(entry)
      } else {
        segment.setFirst(entry, none)
        segment.forget(entry)
        this.#freeEntries.push(entry)
      }
    }
    return seen
  }

  /** Whether the entry is there and leads through as many pages as its length needs, none of them another's. */
  #follow(entry: number, seen: Uint8Array): boolean {
    const { links } = this.#segment
    const first = this.#segment.first(entry)
    const pages: number[] = []
    const length = this.#segment.length(entry)
    const wanted = Math.ceil(length / pageBytes)
    let link = first
    while (link > chainEnd && seen[pageOf(link)] === 0 && pages.length < wanted) {
      const page = pageOf(link)
      seen[page] = 1
      pages.push(page)
      link = links[page] ?? none
    }
    if (length >= 0 && first !== none && link === chainEnd && pages.length === wanted) return true
    for (const page of pages) seen[page] = 0
    return false
  }

  /** Collects the pages nothing leads to, and overwrites those that something led to once. */
  #findFreePages(seen: Uint8Array): void {
    const { links, content, pages } = this.#segment
    this.#free.give({ start: seen.length, pages: pages - seen.length })
    let end = seen.length
    for (let page = seen.length - 1; page >= -1; page--) {
      if (page >= 0 && seen[page] === 0) {
        if (links[page] !== none) {
          content.fill(0, page * pageBytes, (page + 1) * pageBytes)
          links[page] = none
        }
        continue
      }
      this.#free.give({ start: page + 1, pages: end - page - 1 })
      end = page
    }
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('the blobs are closed')
  }

  #assertMayWrite(): void {
    this.#assertOpen()
    if (!mayWrite(this.#segment.owner, this.#owner))
      throw new Error('the blobs belong to another thread by now')
  }
}
