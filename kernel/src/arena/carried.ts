/**
 * What one service keeps, as bytes that another process can put into an arena of its own. Records are taken from the
 * half that counts, contents page by page as they lie, so nothing is read and nothing is judged: the thread that
 * begins there does that, as it does after a crash. No thread may write while it is carried.
 */

import { BlobsSegment, digestBytes, pageBytes } from './blobs-segment.ts'
import { JournalHeader } from './journal-segment.ts'
import type { StatePlace } from './arena.ts'

/** Says how much there is. The bytes follow in this order: records, links, entries, pages. */
export interface CarriedShape {
  readonly journal: { readonly end: number; readonly last: number }
  readonly blobs: { readonly pages: number; readonly entries: number } | null
}

/** How much a place can hold: bytes of records, pages of contents. */
export interface PlaceSize {
  readonly journal: number
  readonly pages: number
}

const linkBytes = 4
const entryBytes = 8 + digestBytes

export function placeSize({ journal, blobs }: StatePlace): PlaceSize {
  return {
    journal: new JournalHeader(journal.memory).capacity,
    pages: blobs === null ? 0 : new BlobsSegment(blobs.memory).pages,
  }
}

/** Views of all that is there. Throws when the header of the journal cannot be believed. */
export function carriedFrom(place: StatePlace): {
  readonly shape: CarriedShape
  readonly pieces: readonly Uint8Array[]
} {
  const header = new JournalHeader(place.journal.memory)
  const read = header.read()
  if (read.books === null)
    throw new Error(`${place.journal.setting}: the journal is damaged: ${read.because}`)
  const { live, halves } = read.books
  const { end, last } = halves[live]
  const records = new Uint8Array(place.journal.memory, header.offsetOf(live), end)
  if (place.blobs === null) return { shape: { journal: { end, last }, blobs: null }, pieces: [records] }
  const segment = new BlobsSegment(place.blobs.memory)
  const [pages, entries] = [segment.pagesReach, segment.entriesReach]
  const shape = { journal: { end, last }, blobs: { pages, entries } }
  return { shape, pieces: [records, ...viewsOf(segment, pages, entries)] }
}

/**
 * Views to fill, in a place where nothing was ever kept. What is in them counts once `finish` was called. Throws a
 * sentence when it does not fit.
 */
export function carriedInto(
  place: StatePlace,
  { journal, blobs }: CarriedShape,
): { readonly pieces: readonly Uint8Array[]; readonly finish: () => void } {
  const size = placeSize(place)
  const header = new JournalHeader(place.journal.memory)
  const isUnused = header.turn === 0 && header.read().books?.halves.every(({ reach }) => reach === 0)
  if (isUnused !== true) throw new Error(`${place.journal.setting}: something is kept there already`)
  if (journal.last > journal.end || journal.end > size.journal) throw tooLarge(place.journal.setting)
  if (blobs !== null && (blobs.pages > size.pages || blobs.entries > size.pages))
    throw tooLarge(place.blobs?.setting ?? place.journal.setting)
  // It moves ahead of the bytes, so that all that was ever written can be overwritten.
  header.store('reach', 0, journal.end)
  const records = new Uint8Array(place.journal.memory, header.offsetOf(0), journal.end)
  const finish = () => {
    header.store('last', 0, journal.last)
    header.store('end', 0, journal.end)
  }
  if (place.blobs === null || blobs === null) return { pieces: [records], finish }
  const segment = new BlobsSegment(place.blobs.memory)
  segment.pagesReach = blobs.pages
  segment.entriesReach = blobs.entries
  return { pieces: [records, ...viewsOf(segment, blobs.pages, blobs.entries)], finish }
}

function viewsOf({ links, entries, content }: BlobsSegment, pages: number, count: number): Uint8Array[] {
  return [
    new Uint8Array(links.buffer, links.byteOffset, pages * linkBytes),
    new Uint8Array(entries.buffer, entries.byteOffset, count * entryBytes),
    content.subarray(0, pages * pageBytes),
  ]
}

function tooLarge(setting: string): Error {
  return new Error(`what is handed over does not fit; give ${setting} at least what the other node has`)
}
