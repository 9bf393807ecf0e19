/** A counter whose numbers are kept elsewhere, and read when it is scraped. */

import { Counter } from 'prom-client'

/** One series. */
export interface Value {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** To be registered by whoever asks for it. */
export function readCounter(
  names: { readonly name: string; readonly help: string },
  labelNames: readonly string[],
  read: () => Iterable<Value> | Promise<Iterable<Value>>,
): Counter {
  return new Counter({
    ...names,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      const values = await read()
      this.reset()
      for (const { labels, value } of values) this.inc(labels, value)
    },
  })
}
