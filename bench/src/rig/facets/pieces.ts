/** The pieces of the hot path by themselves, timed by tinybench: what a call takes on average, and 99 in a hundred at most. */

import { Bench } from 'tinybench'
import { pieces as hotPath, type Piece } from '../../pieces.ts'
import type { Facet, Measured } from '../rows.ts'
import { wallPieces } from '../wall-pieces.ts'

/** Some take a second a call, and are timed so many times all the same. */
const sizes = { timeMs: 300, warmUpMs: 100, callsMin: 8 }

export const pieces: Facet = {
  name: 'pieces',
  title: 'Pieces of the hot path',
  sizes: () => sizes,
  async measure() {
    const limited = wallPieces()
    const limits = new Map(limited.map(({ name, microsMax }) => [name, microsMax]))
    return (await timed([...limited, ...(await hotPath())])).map(({ name, meanMicros, p99Micros, calls }) => {
      const limit = limits.get(name)
      const rest = { unit: 'µs', better: 'less', samples: calls, peer: null } as const
      return limit === undefined
        ? { ...rest, work: `${name}, mean`, ours: meanMicros, limit: null }
        : { ...rest, work: `${name}, p99`, ours: p99Micros, limit: { of: 'ours', value: limit } }
    }) satisfies readonly Measured[]
  },
}

interface Timing {
  readonly name: string
  readonly meanMicros: number
  readonly p99Micros: number
  readonly calls: number
}

async function timed(pieces: readonly Piece[]): Promise<readonly Timing[]> {
  const bench = new Bench({
    time: sizes.timeMs,
    warmupTime: sizes.warmUpMs,
    iterations: sizes.callsMin,
    warmupIterations: 1,
  })
  for (const { name, run } of pieces) bench.add(name, run)
  await bench.run()
  return bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw new Error(`${name} was not timed to its end`)
    const { mean, p99, samplesCount } = result.latency
    return { name, meanMicros: mean * 1_000, p99Micros: p99 * 1_000, calls: samplesCount }
  })
}
