/**
 * When requests are meant to start in the open model: at a rate that does not ask whether the server keeps up.
 * Poisson arrivals, as of many clients that know nothing of each other, or one every so often.
 */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'

export interface Arrivals {
  readonly kind: 'poisson' | 'constant'
  readonly perSecond: number
  readonly seed: number
}

/** Milliseconds after the beginning, one after the other without end. The same seed gives the same times. */
export function* arrivalTimes({ kind, perSecond, seed }: Arrivals): Generator<number, never> {
  if (!(perSecond > 0)) throw new RangeError(`${perSecond} arrivals a second; there must be some`)
  const meanMs = 1_000 / perSecond
  const random = seededRandom(seed)
  let atMs = 0
  for (;;) {
    atMs += kind === 'constant' ? meanMs : -Math.log(1 - random.fraction()) * meanMs
    yield atMs
  }
}
