/** The admin surface's metrics as numbers (Prometheus text exposition format 0.0.4). */

import type { NodeProcess } from './node-process.ts'

export interface Scrape {
  readonly text: string
  /** Of one series, as written: `open_connections`, `rejected_total{reason="quota"}`. NaN when there is none. */
  value(series: string): number
  /** The sum over all series of a metric. */
  sum(name: string): number
}

export async function scrape({ admin }: Pick<NodeProcess, 'admin'>): Promise<Scrape> {
  const get = () => fetch(`${admin}/metrics`)
  // A node closes idle connections, perhaps just as one is used again; a client may repeat a GET (RFC 9110 §9.2.2).
  const text = await (await get().catch(get)).text()
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line): readonly [string, number] => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    })
  const bySeries = new Map(samples)
  return {
    text,
    value: (series) => bySeries.get(series) ?? Number.NaN,
    sum: (name) =>
      samples.reduce((sum, [series, value]) => (series.split('{')[0] === name ? sum + value : sum), 0),
  }
}
