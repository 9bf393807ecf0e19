/** Media: sets of large objects at three sizes, ranges of them, whole objects, and the memory that takes. */

import { measureMedia, mebibyte, type MediaFound } from '../../media/node.ts'
import { percentile } from '../../spread.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const objects = 8
/** To the first byte, 95 in a hundred, of one client. */
const rangeStartMsMax = 5

export const media: Facet = {
  name: 'media',
  title: 'Media',
  sizes,
  async measure({ seed, scale }) {
    const { setMiB: most, ranges } = sizes(scale)
    const rows: Measured[] = []
    for (const setMiB of [most / 16, most / 4, most]) {
      const set = { objects, objectBytes: Math.ceil(setMiB / objects) * mebibyte }
      rows.push(...found(set.objectBytes, await measureMedia(set, ranges, seed), setMiB === most))
    }
    return rows
  },
}

function sizes(scale: number) {
  return { setMiB: scaled(1_024, scale, 128), objects, ranges: scaled(4_000, scale, 400) }
}

function found(objectBytes: number, of: MediaFound, isMost: boolean): readonly Measured[] {
  const setMiB = (objects * objectBytes) / mebibyte
  const name = `${setMiB.toLocaleString('en')} MiB in ${objects} objects`
  const common = { peer: null, limit: null, samples: 1 } as const
  const pace = { ...common, unit: 'MiB/s', better: 'more' } as const
  return [
    { ...pace, work: `${name}: upload in pieces of 1 MiB`, ours: of.uploadMiBPerSecond },
    ...of.ranges.map(({ clients, ms }): Measured => {
      const at = (percent: number) => figure(percentile(ms, percent))
      return {
        ...common,
        work: `${name}: range start, ${clients} at once, p95`,
        unit: 'ms',
        better: 'less',
        ours: percentile(ms, 95),
        samples: ms.length,
        limit: isMost && clients === 1 ? { of: 'ours', value: rangeStartMsMax } : null,
        note: `p50 ${at(50)}, p99 ${at(99)}, at most ${at(100)} ms`,
      }
    }),
    { ...pace, work: `${name}: whole objects, one after the other`, ours: of.oneMiBPerSecond },
    { ...pace, work: `${name}: whole objects, ${of.many.senders} at once`, ours: of.many.mibPerSecond },
    {
      ...common,
      work: `${name}: memory`,
      unit: 'MiB resident',
      better: 'less',
      ours: of.residentMiB,
      note: `while objects were sent at most ${figure(of.grownMiB)} MiB more`,
    },
  ]
}
