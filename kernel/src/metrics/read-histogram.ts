/** A histogram whose numbers are kept elsewhere, and read when it is scraped. */

import { Histogram } from 'prom-client'
import type { Exemplar } from '../ports/meter.ts'
import type { Value } from './read-counter.ts'

export interface Series extends Value {
  readonly metricName: string
  readonly exemplar: Exemplar | null
}

export interface Buckets {
  /** Rising. */
  readonly bounds: readonly number[]
  /** How many fell into each bucket and into none of those before; the last is for what is above any bound. */
  readonly counts: readonly number[]
  readonly sum: number
  /** One that fell into each bucket and into none before, where one is known. */
  readonly exemplars?: readonly (Exemplar | null)[]
}

/** Buckets are cumulative in the exposition, and each has its upper bound for a label. */
export function* series(
  name: string,
  labels: Value['labels'],
  { bounds, counts, sum, exemplars = [] }: Buckets,
): Generator<Series> {
  let count = 0
  for (const [at, more] of counts.entries()) {
    count += more
    yield {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(bounds[at] ?? '+Inf') },
      value: count,
      exemplar: exemplars[at] ?? null,
    }
  }
  yield { metricName: `${name}_sum`, labels, value: sum, exemplar: null }
  yield { metricName: `${name}_count`, labels, value: count, exemplar: null }
}

type Read = () => Iterable<Series> | Promise<Iterable<Series>>
type Shape = ConstructorParameters<typeof Histogram>[0]

/** A histogram whose numbers are kept elsewhere. */
export class ReadHistogram extends Histogram {
  /** An empty one, for what a scrape wants to know beside the numbers. */
  readonly #form: Histogram
  readonly #read: Read

  constructor(shape: Shape, read: Read) {
    super(shape)
    this.#form = new Histogram(shape)
    this.#read = read
  }

  override async get(): ReturnType<Histogram['get']> {
    return { ...(await this.#form.get()), values: [...(await this.series())] }
  }

  /** As it is read, in the order of the exposition. */
  async series(): Promise<Iterable<Series>> {
    return this.#read()
  }

  /** What the registry asks for instead, where there is one. */
  getForPromString(): ReturnType<Histogram['get']> {
    return this.get()
  }
}
