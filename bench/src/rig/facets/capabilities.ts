/** Capabilities: what a token of six caveats costs a request, and how long a revoked one goes on working. */

import { revocationEffects } from '../../capabilities/revocation.ts'
import { wallTimes } from '../../capabilities/wall.ts'
import { median, percentile } from '../../spread.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizesAt = (scale: number) => ({ batches: 50, perBatch: 200, trials: scaled(1_000, scale, 20) })

export const capabilities: Facet = {
  name: 'capabilities',
  title: 'Capabilities: tokens of six caveats at the wall, and their revocation',
  sizes: sizesAt,
  async measure({ scale }) {
    const { batches, perBatch, trials } = sizesAt(scale)
    const { cached, cold } = wallTimes(batches, perBatch)
    const { requestMs, subscriptionMs } = await revocationEffects(trials)
    const rest = { better: 'less', peer: null } as const
    const wall = (work: string, micros: readonly number[], value: number): Measured => ({
      ...rest,
      work,
      unit: 'µs',
      ours: median(micros),
      samples: batches * perBatch,
      limit: { of: 'ours', value },
      note: `per request, of ${batches} batches the middle one; the slowest ${percentile(micros, 100).toFixed(2)}`,
    })
    const effect = (work: string, ms: readonly number[]): Measured => ({
      ...rest,
      work: `${work}, p100`,
      unit: 'ms',
      ours: percentile(ms, 100),
      samples: ms.length,
      limit: { of: 'ours', value: 1_000 },
      note: `p50 ${percentile(ms, 50).toFixed(1)} ms, p99 ${percentile(ms, 99).toFixed(1)} ms`,
    })
    return [
      wall('a token verified before', cached, 2),
      wall('a token seen for the first time', cold, 60),
      effect('revoked, until a request is refused', requestMs),
      effect('revoked, until a subscription has ended', subscriptionMs),
    ]
  },
}
