import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseBundle } from './parse-bundle.ts'
import { run, seeds } from './policy.fuzz.ts'

test('every seed is a bundle, so that mutation starts from something that is read to its end', () => {
  for (const seed of seeds) {
    parseBundle(new TextDecoder().decode(seed))
    run(seed)
  }
})

test('no property breaks on seeds with bytes changed, cut out or repeated, nor on plain noise', () => {
  const edit = fc.record({ at: fc.nat(2_000), cut: fc.nat(8), insert: fc.uint8Array({ maxLength: 8 }) })
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 4 }))
    .map(([seed, edits]) => edits.reduce(applyEdit, seed))
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (input) => {
      assert.doesNotThrow(() => run(input))
    }),
    { numRuns: 500 },
  )
})

function applyEdit(
  bytes: Uint8Array,
  { at, cut, insert }: { at: number; cut: number; insert: Uint8Array },
): Uint8Array {
  const start = at % (bytes.length + 1)
  return Uint8Array.from([...bytes.subarray(0, start), ...insert, ...bytes.subarray(start + cut)])
}
