/**
 * A hash table that stores slot numbers and nothing else. What a slot holds, and its hash, is the owner's
 * knowledge. It grows in small steps however large it is (extendible hashing): the first bits of a hash choose
 * a segment, which is a table of its own with open addressing; a full segment splits in two by one more bit.
 *
 *   directory   00 ─► segment 0, depth 1          a hash:  directory … tag  place
 *               01 ─┘                                      [  16 bits ][ 4 ][ 12 ]
 *               10 ─► segment 10, depth 2
 *               11 ─► segment 11, depth 2         a place: [ tag 4 ][ slot 28 ], or NONE
 *
 * A place also keeps four bits of the hash, so that of the slots that are not meant only one in sixteen is
 * looked at. Removal moves later entries back: there are no tombstones, and a segment that lost most of its
 * entries halves. Segments are not joined again: empty ones cost a fiftieth of what they cost when full.
 */

import { NONE } from './typed.ts'

const SEGMENT_PLACES_MIN = 4
const SEGMENT_PLACES_MAX = 4096
/** A directory is no longer than 2^16; beyond, segments grow instead. */
const DEPTH_MAX = 16
const SLOT_BITS = 28
const SLOT_MASK = 2 ** SLOT_BITS - 1
const TAG_SHIFT = 12

/** Slots are below this. */
export const SLOTS_MAX = SLOT_MASK

interface Segment {
  places: Uint32Array
  count: number
  /** How many first bits all its hashes have in common. */
  readonly depth: number
}

export class SlotTable {
  readonly #hashOf: (slot: number) => number
  #directory: Segment[] = [segmentOf(SEGMENT_PLACES_MIN, 0)]
  #depth = 0

  /** `hashOf` gives 32 bits, and must not change for a slot while it is in the table. */
  constructor(hashOf: (slot: number) => number) {
    this.#hashOf = hashOf
  }

  /** The slot with this hash that `matches`, or NONE. */
  find(hash: number, matches: (slot: number) => boolean): number {
    const { places } = this.#segment(hash)
    const mask = places.length - 1
    const tag = (hash >>> TAG_SHIFT) & 15
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const entry = places[place] ?? 0
      if (entry === NONE) return NONE
      if (entry >>> SLOT_BITS === tag && matches(entry & SLOT_MASK)) return entry & SLOT_MASK
    }
  }

  /** Adds a slot that is not in the table. */
  add(slot: number): void {
    if (slot >= SLOTS_MAX) throw new RangeError(`slot ${slot} is beyond the ${SLOTS_MAX} a table can hold`)
    const hash = this.#hashOf(slot)
    let segment = this.#segment(hash)
    while (4 * (segment.count + 1) > 3 * segment.places.length) {
      this.#widen(segment, hash)
      segment = this.#segment(hash)
    }
    put(segment, hash, slot)
  }

  /** Removes a slot that is in the table, while its hash can still be computed. */
  remove(slot: number): void {
    const hash = this.#hashOf(slot)
    const segment = this.#segment(hash)
    const { places } = segment
    const mask = places.length - 1
    let hole = placeOf(places, hash, entryOf(hash, slot))
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const later = places[place] ?? 0
      if (later === NONE) break
      // An entry may move back to the hole unless its own first place lies after the hole.
      const home = this.#hashOf(later & SLOT_MASK) & mask
      if (((place - home) & mask) < ((place - hole) & mask)) continue
      places[hole] = later
      hole = place
    }
    places[hole] = NONE
    segment.count--
    if (places.length > SEGMENT_PLACES_MIN && 8 * segment.count < places.length) {
      this.#resize(segment, places.length / 2)
    }
  }

  /** The slot known as `old` is from now on known as `slot`; its hash is the same. */
  rename(old: number, slot: number): void {
    const hash = this.#hashOf(old)
    const { places } = this.#segment(hash)
    places[placeOf(places, hash, entryOf(hash, old))] = entryOf(hash, slot)
  }

  #segment(hash: number): Segment {
    const segment = this.#directory[this.#depth === 0 ? 0 : hash >>> (32 - this.#depth)]
    if (segment === undefined) throw new RangeError(`${hash} is no hash of 32 bits`)
    return segment
  }

  /** Makes more room where this hash belongs. */
  #widen(segment: Segment, hash: number): void {
    if (segment.places.length < SEGMENT_PLACES_MAX || segment.depth === DEPTH_MAX) {
      this.#resize(segment, 2 * segment.places.length)
    } else this.#split(segment, hash)
  }

  #resize(segment: Segment, places: number): void {
    const before = segment.places
    segment.places = new Uint32Array(places).fill(NONE)
    segment.count = 0
    for (const slot of slotsIn(before)) put(segment, this.#hashOf(slot), slot)
  }

  #split(segment: Segment, hash: number): void {
    if (segment.depth === this.#depth) {
      this.#directory = this.#directory.flatMap((each) => [each, each])
      this.#depth++
    }
    const depth = segment.depth + 1
    const [low, high] = [segmentOf(segment.places.length, depth), segmentOf(segment.places.length, depth)]
    for (const slot of slotsIn(segment.places)) {
      const moved = this.#hashOf(slot)
      put((moved >>> (32 - depth)) & 1 ? high : low, moved, slot)
    }
    const span = 1 << (this.#depth - depth)
    const first = Math.floor((hash >>> (32 - this.#depth)) / (2 * span)) * (2 * span)
    this.#directory.fill(low, first, first + span).fill(high, first + span, first + 2 * span)
  }
}

function segmentOf(places: number, depth: number): Segment {
  return { places: new Uint32Array(places).fill(NONE), count: 0, depth }
}

function entryOf(hash: number, slot: number): number {
  return ((((hash >>> TAG_SHIFT) & 15) << SLOT_BITS) | slot) >>> 0
}

function put(segment: Segment, hash: number, slot: number): void {
  segment.places[placeOf(segment.places, hash, NONE)] = entryOf(hash, slot)
  segment.count++
}

/** The first place from the hash on that has this entry. */
function placeOf(places: Uint32Array, hash: number, entry: number): number {
  const mask = places.length - 1
  let place = hash & mask
  while ((places[place] ?? 0) !== entry) place = (place + 1) & mask
  return place
}

function* slotsIn(places: Uint32Array): Generator<number> {
  for (const entry of places) if (entry !== NONE) yield entry & SLOT_MASK
}
