/** What a scrape tells of proofs. The service counts, and is asked once a scrape; while it is down there is nothing to tell. */

import { Gauge, type Registry } from 'prom-client'
import { readCounter, type Value } from './read-counter.ts'
import { ReadHistogram, series, type Buckets } from './read-histogram.ts'

export interface ZkReading {
  readonly circuit: string
  readonly waiting: number
  readonly accepted: number
  readonly rejected: readonly { readonly reason: string; readonly count: number }[]
  readonly batchSizes: Buckets
  readonly batchSeconds: Buckets
}

export interface ZkReadings {
  /** null while nobody answers. */
  read(): Promise<{ readonly nonces: number; readonly circuits: readonly ZkReading[] } | null>
  /** By circuit, whether its last self-test passed; empty while that is not known. */
  selfTests(): readonly { readonly circuit: string; readonly ok: boolean }[]
}

export function registerZk(registry: Registry, readings: ZkReadings): void {
  let asked: ReturnType<ZkReadings['read']> | null = null
  // All of them are collected in one turn, and ask once.
  const read = () => {
    asked ??= readings.read().finally(() => {
      asked = null
    })
    return asked
  }
  const circuits = async () => (await read())?.circuits ?? []
  const verdicts = async (values: (reading: ZkReading) => readonly Value[]) =>
    (await circuits()).flatMap(values)

  registry.registerMetric(
    readCounter({ name: 'zk_proofs_accepted_total', help: 'Proofs that hold.' }, ['circuit'], () =>
      verdicts(({ circuit, accepted }) => [{ labels: { circuit }, value: accepted }]),
    ),
  )
  registry.registerMetric(
    readCounter(
      { name: 'zk_proofs_rejected_total', help: 'Proofs that do not hold, by what is wrong.' },
      ['circuit', 'reason'],
      () =>
        verdicts(({ circuit, rejected }) =>
          rejected.map(({ reason, count }) => ({ labels: { circuit, reason }, value: count })),
        ),
    ),
  )
  const histogram = (name: string, help: string, of: (reading: ZkReading) => Buckets) => {
    const shape = { name, help, labelNames: ['circuit'], registers: [] }
    const all = async () =>
      (await circuits()).flatMap((reading) => [...series(name, { circuit: reading.circuit }, of(reading))])
    registry.registerMetric(new ReadHistogram(shape, all))
  }
  histogram('zk_batch_size', 'Proofs that were verified together.', ({ batchSizes }) => batchSizes)
  histogram('zk_verify_seconds', 'From a batch to its verdicts.', ({ batchSeconds }) => batchSeconds)

  const gauge = (
    name: string,
    help: string,
    set: (gauge: Gauge) => void | Promise<void>,
    labelNames = ['circuit'],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        await set(this)
      },
    })
  gauge('zk_waiting', 'Proofs that wait for a batch.', async (waiting) => {
    const all = await circuits()
    waiting.reset()
    for (const reading of all) waiting.set({ circuit: reading.circuit }, reading.waiting)
  })
  gauge(
    'zk_nonces_unspent',
    'Nonces that were given out and not spent.',
    async (unspent) => unspent.set((await read())?.nonces ?? 0),
    [],
  )
  gauge('zk_self_test', '1 where the last self-test of a circuit passed.', (passed) => {
    passed.reset()
    for (const { circuit, ok } of readings.selfTests()) passed.set({ circuit }, ok ? 1 : 0)
  })
}
