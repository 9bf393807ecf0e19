import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyHalf } from './blocks.ts'
import { RunsOracle, type Half } from './runs.oracle.ts'
import { Runs, Stretch } from './runs.ts'
import { NONE } from './typed.ts'

const nodes = [0, 1, 2, 70_000]

/** Runs beside their naive twin. */
function pair() {
  const [runs, oracle] = [new Runs(7), new RunsOracle()]
  let others = 0
  return {
    runs,
    oracle,
    push(node: number) {
      const half = { node, other: others++ >>> 1, kind: others % 2, weight: others / 2 }
      runs.push(node, half.other, half.kind, half.weight)
      oracle.push(half)
    },
    remove(half: Half) {
      runs.remove(half.node, runs.find(half.node, half.other, half.kind))
      oracle.remove(half)
    },
    setWeight(half: Half, weight: number) {
      runs.setWeight(half.node, runs.find(half.node, half.other, half.kind), weight)
      oracle.setWeight(half, weight)
    },
  }
}

/** What a walk over stretches sees, the last part first. */
function walked(runs: Runs, node: number): Half[] {
  const stretch = new Stretch()
  const seen: Half[] = []
  for (let more = runs.last(node, stretch); more; more = runs.before(stretch)) {
    for (let i = stretch.used - 1; i >= 0; i--) {
      const other = stretch.nodes[stretch.firstNode + i] ?? NONE
      const kind = stretch.kinds[stretch.firstKind + i] ?? NONE
      seen.push({ node, other, kind, weight: stretch.weights[stretch.firstWeight + i] ?? NONE })
    }
  }
  return seen
}

/** What one sees who goes from place to place. */
function stepped(runs: Runs, node: number): Half[] {
  const seen: Half[] = []
  for (let place = runs.oldest(node); place !== NONE; place = runs.after(node, place)) {
    const half = runs.read(node, place, emptyHalf())
    assert.equal(runs.find(node, half.other, half.kind), place)
    seen.push({ node, ...half })
  }
  return seen
}

function assertAlike(runs: Runs, oracle: RunsOracle): void {
  for (const node of nodes) {
    const halves = oracle.of(node)
    assert.equal(runs.count(node), halves.length)
    assert.deepEqual(stepped(runs, node), halves)
    assert.deepEqual(walked(runs, node), halves.toReversed())
    assert.equal(runs.find(node, 1e6, 0), NONE)
    const newest = runs.newest(node)
    const last = newest === NONE ? undefined : { node, ...runs.read(node, newest, emptyHalf()) }
    assert.deepEqual(last, halves.at(-1))
  }
}

const step = fc.record({
  node: fc.constantFrom(...nodes),
  what: fc.constantFrom('push', 'push', 'oldest', 'newest', 'scattered', 'weigh'),
  count: fc.integer({ min: 1, max: 150 }),
  at: fc.nat(1e6),
})

test('runs of any length keep their order, whatever is added and removed, as their naive twin does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
      const { runs, oracle, push, remove, setWeight } = pair()
      for (const { node, what, count, at } of steps) {
        for (let i = 0; i < count; i++) {
          if (what === 'push') push(node)
          const halves = what === 'push' ? [] : oracle.of(node)
          const scattered = (at + i * 7919) % Math.max(1, halves.length)
          const half = halves.at(what === 'oldest' ? 0 : what === 'newest' ? -1 : scattered)
          if (half === undefined) break
          if (what === 'weigh') setWeight(half, i)
          else remove(half)
        }
        assertAlike(runs, oracle)
      }
    }),
    { numRuns: 60 },
  )
})

test('a run that passes the largest block back and forth is found in all the while', () => {
  const { runs, oracle, push, remove } = pair()
  for (let i = 0; i < 64; i++) push(1)
  for (let round = 0; round < 200; round++) {
    push(1)
    const half = oracle.of(1)[(round * 31) % 65]
    assert.ok(half !== undefined)
    remove(half)
    assertAlike(runs, oracle)
  }
})

test('more nodes than a page of blocks holds come and go', () => {
  const runs = new Runs(7)
  for (const size of [1, 3, 65]) {
    for (let node = 0; node < 9000; node++) for (let i = 0; i < size; i++) runs.push(node, i, 0, node)
    for (let node = 0; node < 9000; node++) {
      assert.equal(runs.read(node, runs.find(node, size - 1, 0), emptyHalf()).weight, node)
      for (let i = 0; i < size; i++) runs.remove(node, runs.newest(node))
    }
    for (let node = 0; node < 9000; node++) assert.equal(runs.count(node), 0)
  }
})
