/** Zero-knowledge proofs: alone, by the batch, and garbage by the thousand, each through a whole node. */

import { median, percentile } from '../../spread.ts'
import { lasting } from '../../zk/lasting.ts'
import { batchSize, proofTimes } from '../../zk/verifying.ts'
import type { Facet } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizesAt = (scale: number) => ({
  alone: scaled(400, scale, 40),
  batches: scaled(60, scale, 10),
  garbage: scaled(40_000, scale, 2_000),
  lasting: scaled(100_000, scale, 2_000),
  perWorkers: scaled(10_000, scale, 1_000),
})

export const zk: Facet = {
  name: 'zk',
  title: 'Zero-knowledge proofs: Groth16 over BLS12-381, four public inputs',
  sizes: sizesAt,
  async measure({ scale }) {
    const sizes = sizesAt(scale)
    const { aloneMs, batchedMs, garbagePerSecond } = await proofTimes(sizes)
    const [one, two] = [await lasting(sizes.perWorkers, 1), await lasting(sizes.perWorkers, 2)]
    const long = await lasting(sizes.lasting, 2)
    return [
      {
        work: 'a proof that comes alone, p95',
        unit: 'ms',
        better: 'less',
        ours: percentile(aloneMs, 95),
        samples: sizes.alone,
        peer: null,
        limit: { of: 'ours', value: 15 },
        note: `p50 ${median(aloneMs).toFixed(1)} ms, from the call to its answer over OAP`,
      },
      {
        work: `a proof of ${batchSize} that come at once, p95`,
        unit: 'ms',
        better: 'less',
        ours: percentile(batchedMs, 95),
        samples: sizes.batches,
        peer: null,
        limit: { of: 'ours', value: 5 },
        note: `the time of all of them by their number; p50 ${median(batchedMs).toFixed(1)} ms`,
      },
      {
        work: 'garbage that looks like proofs, refused',
        unit: 'proofs/s',
        better: 'more',
        ours: garbagePerSecond,
        samples: sizes.garbage,
        peer: null,
        limit: { of: 'ours', value: 5_000 },
        note: 'random numbers below p for points, sent over four connections',
      },
      {
        work: 'good proofs without a pause, two workers beside one',
        unit: 'times',
        better: 'more',
        ours: two.perSecond / one.perSecond,
        samples: 2,
        peer: null,
        // Two workers, the front end and the client are on so many processors as there are: of two, this much is left.
        limit: { of: 'ours', value: 1.3 },
        note: `${one.perSecond.toFixed(0)} and ${two.perSecond.toFixed(0)} a second; workers past the processors bring nothing`,
      },
      {
        work: `memory grown by ${sizes.lasting} good proofs, after their first tenth`,
        unit: 'MiB',
        better: 'less',
        ours: long.grownBytes / 2 ** 20,
        samples: 1,
        peer: null,
        limit: { of: 'ours', value: 16 },
        note: `${long.perSecond.toFixed(0)} a second`,
      },
    ]
  },
}
