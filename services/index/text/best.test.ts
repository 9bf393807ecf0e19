import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestOfAll } from './best.oracle.ts'
import { best, COUNTED_MAX, type Asked } from './best.ts'
import { burdens, scaleOf } from './bm25.ts'
import { Lane } from './lane.ts'
import { PostingLists } from './posting-lists.ts'
import { before } from './top.ts'

const idOf = (slot: number) => `id ${(slot * 7919) % 10_007}`

/** Whether slots are in a list, and what it says of them: numbers that follow from a seed. */
function noise(seed: number, slot: number): number {
  const mixed = Math.imul((slot + 1) ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b)
  return (Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 0) / 2 ** 32
}

interface ListPlan {
  readonly seed: number
  /** The share of all slots that are in it. */
  readonly share: number
  readonly scale: number
  /** Otherwise all its postings say the same, so that very many documents score the same. */
  readonly isVaried: boolean
}

interface Plan {
  readonly slots: number
  readonly senses: readonly (readonly ListPlan[])[]
  readonly required: number
  readonly tag: ListPlan | undefined
  readonly excluded: readonly ListPlan[]
  readonly count: number
}

/** Makes what is asked; cursors go on, so it is made anew for each answer. */
function asking(plan: Plan): () => Asked {
  const lists = new PostingLists()
  const norms = burdens(20)
  const listOf = ({ seed, share, isVaried }: ListPlan): number => {
    let list: number | undefined
    for (let slot = 0; slot < plan.slots; slot++) {
      if (noise(seed, slot) >= share) continue
      const rare = isVaried ? noise(seed + 1, slot) : 0
      const times = rare < 0.9 ? 1 : Math.ceil(0.5 / (1.001 - rare))
      const length = isVaried ? 5 + Math.floor(30 * noise(seed + 2, slot)) : 20
      if (list === undefined) list = lists.begin(0, slot, times, length)
      else lists.add(list, slot, times, length)
    }
    return list ?? lists.begin(0, plan.slots - 1, 1, 20)
  }
  const senses = plan.senses.map((lanes) =>
    lanes.map((lane) => ({ list: listOf(lane), scale: scaleOf(lane.scale) })),
  )
  const tag = plan.tag === undefined ? undefined : listOf(plan.tag)
  const excluded = plan.excluded.map(listOf)
  return () => ({
    senses: senses.map((lanes) =>
      lanes.map(({ list, scale }) => new Lane(lists.open(list), lists.count(list), scale, norms)),
    ),
    required: plan.required & ((1 << senses.length) - 1),
    tag: tag === undefined ? undefined : lists.open(tag),
    excluded: excluded.map((list) => lists.open(list)),
    count: plan.count,
    idOf,
    slots: plan.slots,
  })
}

const listPlan: fc.Arbitrary<ListPlan> = fc.record({
  seed: fc.nat(1_000),
  share: fc.constantFrom(0.001, 0.01, 0.1, 0.5, 0.9),
  scale: fc.constantFrom(0.1, 1, 2, 7),
  isVaried: fc.boolean(),
})
const plan: fc.Arbitrary<Plan> = fc.record({
  slots: fc.constantFrom(50, 3_000, 9_000),
  senses: fc.array(fc.array(listPlan, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  required: fc.constantFrom(0, 0, 0, 1, 2, 3),
  tag: fc.option(listPlan, { nil: undefined, freq: 4 }),
  excluded: fc.array(listPlan, { maxLength: 1 }),
  count: fc.constantFrom(1, 3, 10, 50, 1_500),
})

test('the best are those that scoring every document finds, and their scores are the same to the last bit', () => {
  fc.assert(
    fc.property(plan, (plan) => {
      const asked = asking(plan)
      const [found, expected] = [best(asked()), bestOfAll(asked())]
      const inOrder = [...found.found].sort((a, b) => (before(a, b) ? -1 : 1))
      assert.deepEqual(inOrder, expected.found)
      if (expected.total < Math.max(COUNTED_MAX, plan.count)) assert.equal(found.total, expected.total)
    }),
    { numRuns: 400 },
  )
})

test('more matches than are counted are estimated, within a tenth when they are spread evenly', () => {
  for (const share of [0.3, 0.9]) {
    const lane = (seed: number) => [{ seed, share, scale: 1, isVaried: true }]
    const asked = asking({
      slots: 30_000,
      senses: [lane(1), lane(9)],
      required: 0,
      tag: undefined,
      excluded: lane(20).map((plan) => ({ ...plan, share: 0.2 })),
      count: 10,
    })
    const [{ total }, expected] = [best(asked()), bestOfAll(asked())]
    assert.ok(expected.total > COUNTED_MAX && Math.abs(total - expected.total) < expected.total / 10)
  }
})
