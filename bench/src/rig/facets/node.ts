/** A node by itself: how soon it is ready, what it takes, how long a service is gone. */

import { emptyStartTimes, readyTimes, residentAtRest, startTimes } from '../../readiness.ts'
import { restartTimes } from '../../restarts.ts'
import { percentile } from '../../spread.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

export const start: Facet = {
  name: 'start',
  title: 'Start',
  sizes: () => ({}),
  async measure() {
    const [floor, times] = [await emptyStartTimes(), await startTimes()]
    const [resident, ready] = [await residentAtRest(), await readyTimes()]
    return [
      {
        work: 'start to /readyz, p95',
        unit: 'ms',
        better: 'less',
        ours: percentile(times, 95),
        samples: times.length,
        peer: { name: 'empty process with as many threads', value: percentile(floor, 95) },
        limit: { of: 'ours', value: 500 },
        note: `p50 ${percentile(times, 50).toFixed(0)} ms`,
      },
      {
        work: '/readyz at rest, p95',
        unit: 'ms',
        better: 'less',
        ours: percentile(ready, 95),
        samples: ready.length,
        peer: null,
        limit: { of: 'ours', value: 20 },
      },
      {
        work: 'memory at rest',
        unit: 'MB resident',
        better: 'less',
        ours: resident / 1e6,
        samples: 1,
        peer: null,
        limit: { of: 'ours', value: 200 },
      },
    ]
  },
}

/** Records that each service has when it is killed, and how often that is. */
const restartSizes = (scale: number) => ({
  records: scaled(100_000, scale, 100),
  kills: scaled(30, scale, 5),
})

export const restarts: Facet = {
  name: 'restarts',
  title: 'Restarts, from the failure of a thread to its next answer',
  sizes: restartSizes,
  async measure({ scale }) {
    const rows: Measured[] = []
    for (const { name, downMs, kept } of await restartTimes(restartSizes(scale))) {
      const aims = name === 'empty service' ? { 50: 10 } : { 50: 100, 99: 500 }
      for (const [percent, value] of Object.entries(aims)) {
        rows.push({
          work: `${name}, p${percent}`,
          unit: 'ms',
          better: 'less',
          ours: percentile(downMs, Number(percent)),
          samples: downMs.length,
          peer: null,
          limit: { of: 'ours', value },
          void: kept ? null : 'it began empty, so there was nothing to replay',
        })
      }
    }
    return rows
  },
}
