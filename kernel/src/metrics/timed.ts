/**
 * What became of the requests of each kind, and how long they took. A kind has two labels, such as route and
 * method; an outcome is a third. Both metrics of a family are counted here by addition and read by a scrape. Each bucket
 * keeps the last exemplar that fell into it.
 */

import type { Registry } from 'prom-client'
import type { Exemplar } from '../ports/meter.ts'
import type { Cell, Cells } from './cells.ts'
import { readCounter, type Value } from './read-counter.ts'
import { ReadHistogram, series, type Series } from './read-histogram.ts'

export interface TimedNames {
  readonly counter: { readonly name: string; readonly help: string }
  readonly histogram: { readonly name: string; readonly help: string }
  /** The labels of a kind. */
  readonly kind: readonly [string, string]
  /** The label of an outcome, which the counter has and the histogram has not. */
  readonly outcome: string
  /** On every series of the counter. */
  readonly always: Readonly<Record<string, string>>
  /** Upper bounds in seconds, rising. */
  readonly buckets: readonly number[]
}

interface Kind {
  readonly labels: Readonly<Record<string, string>>
  readonly outcomes: Map<string | number, Cell>
  /** How many fell into each bucket and into none of those before; the last is for what is longer than any. */
  readonly buckets: readonly Cell[]
  readonly microseconds: Cell
  /** As many as there are buckets. */
  readonly exemplars: (Exemplar | null)[]
}

export class Timed {
  readonly #names: TimedNames
  readonly #cells: Cells
  readonly #kinds = new Map<string, Map<string, Kind>>()

  constructor(names: TimedNames, cells: Cells, registry: Registry) {
    this.#names = names
    this.#cells = cells
    const { counter, histogram, kind, outcome, always, buckets } = names
    const labelNames = [...kind, outcome, ...Object.keys(always)]
    registry.registerMetric(readCounter(counter, labelNames, () => this.#counts()))
    const shape = { ...histogram, labelNames: [...kind], buckets: [...buckets], registers: [] }
    registry.registerMetric(new ReadHistogram(shape, () => this.#series()))
  }

  count(first: string, second: string, outcome: string | number, seconds: number): void {
    const { outcomes, buckets, microseconds } = this.#kind(first, second)
    this.#cells.under(outcomes, outcome).add(1)
    buckets[this.#bucketOf(seconds)]?.add(1)
    microseconds.add(Math.round(seconds * 1e6))
  }

  /** In place of the one before it in its bucket. */
  exemplify(first: string, second: string, { traceId, value, atMs }: Exemplar): void {
    // A text that was cut from a longer one keeps all of that; this is one of its own.
    const own = Buffer.from(traceId).toString()
    this.#kind(first, second).exemplars[this.#bucketOf(value)] = { traceId: own, value, atMs }
  }

  #bucketOf(seconds: number): number {
    const bounds = this.#names.buckets
    let bucket = 0
    while (bucket < bounds.length && seconds > (bounds[bucket] ?? Infinity)) bucket++
    return bucket
  }

  #kind(first: string, second: string): Kind {
    const found = this.#kinds.get(first)?.get(second)
    return found ?? this.#newKind(first, second)
  }

  #newKind(first: string, second: string): Kind {
    const [one, other] = this.#names.kind
    const kind: Kind = {
      labels: { [one]: first, [other]: second },
      outcomes: new Map(),
      buckets: Array.from({ length: this.#names.buckets.length + 1 }, () => this.#cells.next()),
      microseconds: this.#cells.next(),
      exemplars: Array.from({ length: this.#names.buckets.length + 1 }, () => null),
    }
    const kinds = this.#kinds.get(first) ?? new Map<string, Kind>()
    this.#kinds.set(first, kinds.set(second, kind))
    return kind
  }

  *#all(): Generator<Kind> {
    for (const kinds of this.#kinds.values()) yield* kinds.values()
  }

  *#counts(): Generator<Value> {
    const { outcome, always } = this.#names
    for (const { labels, outcomes } of this.#all()) {
      for (const [name, cell] of outcomes)
        yield { labels: { ...labels, [outcome]: String(name), ...always }, value: cell.value }
    }
  }

  *#series(): Generator<Series> {
    const { histogram, buckets: bounds } = this.#names
    for (const { labels, buckets, microseconds, exemplars } of this.#all()) {
      const counts = buckets.map(({ value }) => value)
      yield* series(histogram.name, labels, { bounds, counts, sum: microseconds.value / 1e6, exemplars })
    }
  }
}
