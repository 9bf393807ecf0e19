/** The audit log: how many records its service writes a second, and how long an act is on its way into the log of a node. */

import { actsPerSecond } from '../../audit/appending.ts'
import { ingestLag } from '../../audit/lag.ts'
import { median, percentile } from '../../spread.ts'
import type { Facet } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizesAt = (scale: number) => ({
  rounds: 5,
  records: scaled(50_000, scale, 1_024),
  acts: scaled(4_000, scale, 64),
})

export const audit: Facet = {
  name: 'audit',
  title: 'The audit log',
  sizes: sizesAt,
  async measure({ scale }) {
    const { rounds, records, acts } = sizesAt(scale)
    const rates = await actsPerSecond(rounds, records)
    const { p95Seconds, recorded, lost } = await ingestLag(acts)
    return [
      {
        work: 'acts recorded, 256 at a time, in the thread of the service',
        unit: 'records/s',
        better: 'more',
        ours: median(rates),
        samples: rounds * records,
        peer: null,
        limit: { of: 'ours', value: 20_000 },
        note: `of ${rounds} rounds the middle one; the slowest ${Math.round(percentile(rates, 1)).toLocaleString('en')}`,
      },
      {
        work: 'from an act to its record, under load, p95 at most',
        unit: 'ms',
        better: 'less',
        ours: p95Seconds * 1_000,
        samples: recorded,
        peer: null,
        limit: { of: 'ours', value: 500 },
        note: `the bound of a bucket of audit_lag_seconds; refusals wait up to 50 ms for others; ${lost} were lost`,
      },
    ]
  },
}
