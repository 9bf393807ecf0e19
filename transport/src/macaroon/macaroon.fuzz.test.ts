import { test } from 'node:test'
import fc from 'fast-check'
import { run, seeds } from './macaroon.fuzz.ts'

test('the seeds of the fuzz target hold its properties, whole and damaged', () => {
  for (const seed of seeds) run(seed)
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.nat(), fc.uint8Array({ maxLength: 4 }), (seed, at, patch) => {
      const damaged = Uint8Array.from([...seed, ...patch])
      damaged.set(patch, at % seed.length)
      run(damaged)
    }),
    { numRuns: 2_000 },
  )
})
