import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../seeded.ts'
import { pairsIn, pairsOf, pairwise, type Switches } from './pairwise.ts'

const tries = 100

function switchesOf(counts: readonly number[]): Switches {
  return Object.fromEntries(
    counts.map((count, at) => [`s${at}`, Array.from({ length: count }, (_, value) => String(value))]),
  )
}

test('every pair that may be is in a combination, none that may not is, and each has all switches', () => {
  const chance = seeded(1)
  for (let at = 0; at < tries; at++) {
    const switches = switchesOf(Array.from({ length: 2 + chance.below(7) }, () => 2 + chance.below(3)))
    const excluding = at % 2 === 1
    const exclusions = excluding ? ([['s0=0', 's1=1']] as const) : []
    const combinations = pairwise(switches, exclusions)
    const met = new Set(combinations.flatMap(pairsIn))
    assert.deepEqual(met, new Set(pairsOf(switches, exclusions)))
    assert.equal(met.has('s0=0 s1=1'), !excluding)
    for (const chosen of combinations) {
      assert.deepEqual(
        chosen.map((one) => one.split('=')[0]),
        Object.keys(switches),
      )
    }
  }
})

test('they are far fewer than the product', () => {
  const combinations = pairwise(switchesOf(Array.from({ length: 12 }, () => 2)), [])
  assert.ok(combinations.length <= 16, `${combinations.length} of 4096`)
})

test('a pair that no value of another switch goes with is told', () => {
  const switches = switchesOf([2, 2, 2])
  const exclusions = [
    ['s0=0', 's2=0'],
    ['s1=0', 's2=1'],
  ] as const
  assert.throws(() => pairwise(switches, exclusions), /no value of s2 goes with s0=0 s1=0/)
})
