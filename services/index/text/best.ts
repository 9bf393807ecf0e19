/**
 * Finds the best documents for a query without scoring all that match. It goes through the slots window by
 * window. Once enough are found, the worst of them is a threshold, and what cannot reach it is passed by:
 * a window whose blocks promise too little, and within a window the postings of senses that promise too
 * little together; those are looked up only for documents that another sense has brought in (MaxScore, Turtle
 * and Flood 1995; bounds by block, Ding and Suel 2011). The result is the same as if all were scored.
 */

import { UNITS } from './bm25.ts'
import { END, type Cursor } from './cursor.ts'
import type { Lane } from './lane.ts'
import { Top, type Found } from './top.ts'
import { WIDTH_MAX, WIDTH_MIN, Window } from './window.ts'

/** Matching documents are counted one by one up to here; of more, the number is estimated. */
export const COUNTED_MAX = 1_000

export interface Asked {
  /** By sense, a word of the query with all that counts as it: the lists that take part. */
  readonly senses: readonly (readonly Lane[])[]
  /** A bit for each sense that a document must have. */
  readonly required: number
  /** A list that a document must be in. */
  readonly tag: Cursor | undefined
  /** Lists that a document must not be in. */
  readonly excluded: readonly Cursor[]
  /** How many are wanted. */
  readonly count: number
  readonly idOf: (slot: number) => string
  /** Every slot is below this. */
  readonly slots: number
}

export interface Outcome {
  /** In no order. */
  readonly found: Found[]
  readonly total: number
}

/** Postings of a full block, about. */
const BLOCK_POSTINGS = 128

/** Every search of a thread uses it and leaves it empty. */
const window = new Window()

export function best(asked: Asked): Outcome {
  const race = new Race(asked)
  race.run()
  return race.outcome
}

class Race {
  readonly #asked: Asked
  readonly #lanes: readonly Lane[]
  readonly #top: Top
  readonly #divisor: number
  /** As many slots as the longest list has about one block in: a bound on more of them would promise too much. */
  readonly #width: number
  /** By sense: the most it can score, anywhere and in the present window. */
  readonly #ceilings: readonly number[]
  readonly #bounds: number[]
  /** The senses from the least of these to the greatest. */
  readonly #byCeiling: readonly number[]
  readonly #byBound: number[]
  /** Whether a document that has some of the words may be left out all the same. */
  readonly #isFiltered: boolean
  #matches = 0
  /** Documents that match, once they are not counted any more. */
  #estimate: number | undefined
  /** Of senses that are only looked up in this window: a bit for each, how many, and the most they can score. */
  #lookedUp = 0
  #lookedUpCount = 0
  #lookedUpUnits = 0

  constructor(asked: Asked) {
    this.#asked = asked
    const { senses } = asked
    this.#lanes = senses.flat()
    this.#top = new Top(asked.count, asked.idOf)
    this.#isFiltered = asked.required !== 0 || asked.tag !== undefined || asked.excluded.length > 0
    this.#divisor = senses.length * UNITS
    this.#width = widthFor(
      this.#lanes.reduce((most, { count }) => Math.max(most, count), 1),
      asked.slots,
    )
    this.#ceilings = senses.map((lanes) => lanes.reduce((sum, { ceiling }) => sum + ceiling, 0))
    this.#bounds = [...this.#ceilings]
    this.#byBound = senses.map((_, sense) => sense)
    sortBy(this.#byBound, this.#ceilings)
    this.#byCeiling = [...this.#byBound]
  }

  get outcome(): Outcome {
    return { found: this.#top.found, total: this.#estimate ?? this.#matches }
  }

  run(): void {
    const { senses, count } = this.#asked
    const all = (1 << senses.length) - 1
    const visit = (slot: number, units: number, bits: number) => this.#visit(slot, units, bits)
    for (let start = this.#startFrom(0); start !== END; start = this.#startFrom(window.end)) {
      window.moveTo(start, this.#width)
      for (const lane of this.#lanes) lane.seek(start)
      const gathered = this.#estimate === undefined ? all : this.#chooseGathered()
      for (let sense = 0; sense < senses.length; sense++) {
        if ((gathered & (1 << sense)) !== 0) gather(senses[sense] ?? [], 1 << sense)
      }
      const gatheredSlots = gathered === 0 ? 0 : window.drain(this.#unitsMin(), visit)
      if (!this.#isFiltered) this.#matches += gatheredSlots
      if (this.#estimate === undefined && this.#matches >= Math.max(count, COUNTED_MAX)) {
        this.#estimate = Math.round((this.#matches * this.#sizeOfLanes()) / this.#passedOfLanes())
      }
    }
  }

  /** The first slot, not before `from`, of a document that may reach the threshold; or `END`. */
  #startFrom(from: number): number {
    const { senses, required, tag } = this.#asked
    let start = END
    let units = 0
    let has = 0
    for (const sense of this.#byCeiling) {
      units += this.#ceilings[sense] ?? 0
      has++
      // While matches are counted, a document that cannot be among the best is looked at all the same.
      if (this.#estimate !== undefined && this.#shared(units, has) < this.#top.threshold) continue
      start = Math.min(start, seek(senses[sense] ?? [], from))
    }
    for (let left = required; left !== 0; left &= left - 1) {
      start = Math.max(start, seek(senses[lowestBit(left)] ?? [], start))
    }
    tag?.seek(start)
    return Math.max(start, tag?.slot ?? 0)
  }

  /** Bits of the senses to gather in this window; the others together would not reach the threshold. */
  #chooseGathered(): number {
    const { senses } = this.#asked
    const { threshold } = this.#top
    for (let sense = 0; sense < senses.length; sense++) {
      this.#bounds[sense] = boundOf(senses[sense] ?? [], window.end)
    }
    sortBy(this.#byBound, this.#bounds)
    this.#lookedUp = 0
    this.#lookedUpCount = 0
    this.#lookedUpUnits = 0
    let gathered = 0
    for (const sense of this.#byBound) {
      const bound = this.#bounds[sense] ?? 0
      if (bound === 0) continue
      if (gathered !== 0 || this.#shared(this.#lookedUpUnits + bound, this.#lookedUpCount + 1) >= threshold) {
        gathered |= 1 << sense
      } else {
        this.#lookedUp |= 1 << sense
        this.#lookedUpCount++
        this.#lookedUpUnits += bound
      }
    }
    return gathered
  }

  #visit(slot: number, gatheredUnits: number, gatheredBits: number): void {
    const { senses, required, tag, excluded } = this.#asked
    const { threshold } = this.#top
    let units = gatheredUnits
    let bits = gatheredBits
    if (this.#lookedUp !== 0) {
      const most = this.#shared(units + this.#lookedUpUnits, bitCount(bits) + this.#lookedUpCount)
      if (most < threshold) return
      for (let left = this.#lookedUp; left !== 0; left &= left - 1) {
        const more = unitsAt(senses[lowestBit(left)] ?? [], slot)
        if (more === 0) continue
        units += more
        bits |= left & -left
      }
    }
    if ((bits & required) !== required || (tag !== undefined && !isOn(tag, slot))) return
    for (const cursor of excluded) if (isOn(cursor, slot)) return
    if (this.#isFiltered) this.#matches++
    const score = this.#shared(units, bitCount(bits))
    if (score >= threshold) this.#top.offer(slot, score)
  }

  /**
   * What a document must have gathered, whatever is looked up, to reach the threshold even if it has all words;
   * nothing while it has to be looked at to be counted.
   */
  #unitsMin(): number {
    if (this.#isFiltered && this.#estimate === undefined) return 0
    // A little less, for the quotient was rounded.
    return this.#top.threshold * UNITS * (1 - 1e-12) - this.#lookedUpUnits
  }

  /** A document that has only some of the words keeps that share of its score, so those with all come first. */
  #shared(units: number, senses: number): number {
    return (units * senses) / this.#divisor
  }

  #sizeOfLanes(): number {
    return this.#lanes.reduce((sum, { count }) => sum + count, 0)
  }

  #passedOfLanes(): number {
    return this.#lanes.reduce((sum, { passed }) => sum + passed, 0)
  }
}

/** Moves the lanes on to `slot`. Returns where the first of them stands then. */
function seek(lanes: readonly Lane[], slot: number): number {
  let first = END
  for (const lane of lanes) {
    lane.seek(slot)
    if (lane.slot < first) first = lane.slot
  }
  return first
}

/** The power of two that is next to a block's share of all slots. */
function widthFor(postings: number, slots: number): number {
  const width = 2 ** Math.round(Math.log2((BLOCK_POSTINGS * slots) / postings))
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width))
}

/** Sorts a few numbers that are nearly in order already. */
function sortBy(order: number[], keys: readonly number[]): void {
  for (let i = 1; i < order.length; i++) {
    const moved = order[i] ?? 0
    let place = i
    for (; place > 0; place--) {
      const other = order[place - 1] ?? 0
      if ((keys[other] ?? 0) <= (keys[moved] ?? 0)) break
      order[place] = other
    }
    order[place] = moved
  }
}

function gather(lanes: readonly Lane[], bit: number): void {
  for (const lane of lanes) lane.gather(window, bit)
}

function boundOf(lanes: readonly Lane[], end: number): number {
  let bound = 0
  for (const lane of lanes) bound += lane.boundBelow(end)
  return bound
}

function unitsAt(lanes: readonly Lane[], slot: number): number {
  let units = 0
  for (const lane of lanes) units += lane.unitsAt(slot)
  return units
}

function isOn(cursor: Cursor, slot: number): boolean {
  cursor.seek(slot)
  return cursor.slot === slot
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

function bitCount(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}
