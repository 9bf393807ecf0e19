/**
 * What became of the claims of each circuit, counted for a scrape: verdicts, the sizes of batches and how long they took.
 * Numbers only, and a place for each circuit that is open, so it does not grow.
 */

import { faults, type Fault, type Verdict } from './snark/verifier.ts'

/** Upper bounds; one bucket more is for what is above them all. */
const sizeBounds = [1, 2, 4, 8, 16, 32, 64] as const
const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] as const

/** How many fell into each bucket and into none before it. */
export interface Spread {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
}

export interface Counted {
  readonly circuit: string
  readonly accepted: number
  readonly rejected: readonly { readonly reason: Fault; readonly count: number }[]
  readonly batchSizes: Spread
  readonly batchSeconds: Spread
}

class Spreading implements Spread {
  readonly bounds: readonly number[]
  readonly counts: number[]
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = [...bounds, 0].map(() => 0)
  }

  add(value: number): void {
    const above = this.bounds.findIndex((bound) => value <= bound)
    const at = above < 0 ? this.bounds.length : above
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
  }
}

interface Place {
  accepted: number
  readonly rejected: Map<Fault, number>
  readonly sizes: Spreading
  readonly seconds: Spreading
}

export class Tally {
  readonly #places: ReadonlyMap<string, Place>

  constructor(circuits: Iterable<string>) {
    this.#places = new Map([...circuits].map((circuit) => [circuit, newPlace()]))
  }

  verdict(circuit: string, verdict: Verdict): void {
    const place = this.#places.get(circuit)
    if (place === undefined) return
    if (verdict === null) place.accepted++
    else place.rejected.set(verdict, (place.rejected.get(verdict) ?? 0) + 1)
  }

  batch(circuit: string, size: number, tookMs: number): void {
    const place = this.#places.get(circuit)
    place?.sizes.add(size)
    place?.seconds.add(tookMs / 1_000)
  }

  read(): readonly Counted[] {
    return [...this.#places].map(([circuit, { accepted, rejected, sizes, seconds }]) => ({
      circuit,
      accepted,
      rejected: [...rejected].map(([reason, count]) => ({ reason, count })),
      batchSizes: sizes,
      batchSeconds: seconds,
    }))
  }
}

/** A series that exists from the start can be alerted on before its first event. */
function newPlace(): Place {
  return {
    accepted: 0,
    rejected: new Map(faults.map((fault) => [fault, 0])),
    sizes: new Spreading(sizeBounds),
    seconds: new Spreading(secondsBounds),
  }
}
