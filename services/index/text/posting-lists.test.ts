import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { END, type Cursor } from './cursor.ts'
import { PostingLists } from './posting-lists.ts'
import { SPAN, timesOf, shortLengthOf } from './postings.ts'

/** Slots of several spans; many in few, so that blocks fill and split. */
const slot = fc.oneof(fc.nat(400), fc.integer({ min: SPAN - 300, max: SPAN + 300 }), fc.nat(5 * SPAN))
type Change =
  | { readonly slot: number; readonly times: number; readonly length: number }
  | { readonly gone: number }
  | { readonly nthGone: number }
  | { readonly from: number; readonly count: number }
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ slot, times: fc.integer({ min: 1, max: 63 }), length: fc.nat(511) }) },
  { weight: 1, arbitrary: fc.record({ gone: slot }) },
  { weight: 2, arbitrary: fc.record({ nthGone: fc.oneof(fc.nat(2), fc.nat()) }) },
  { weight: 1, arbitrary: fc.record({ from: slot, count: fc.nat(300) }) },
)

/** A list, and its naive twin: a Map from slots to times and lengths. */
class Both {
  readonly lists = new PostingLists()
  readonly twin = new Map<number, readonly [times: number, length: number]>()
  list: number | undefined

  add(slot: number, times: number, length: number): void {
    if (this.twin.has(slot)) return
    this.twin.set(slot, [times, length])
    if (this.list === undefined) this.list = this.lists.begin(7, slot, times, length)
    else this.lists.add(this.list, slot, times, length)
  }

  remove(slot: number): void {
    this.twin.delete(slot)
    if (this.list === undefined) return
    const left = this.lists.remove(this.list, slot)
    assert.equal(left, this.twin.size === 0 ? 'none left' : 'some left')
    if (left === 'some left') return
    this.lists.drop(this.list)
    this.list = undefined
  }
}

function bothAfter(changes: readonly Change[]): Both {
  const both = new Both()
  for (const change of changes) {
    if ('gone' in change) both.remove(change.gone)
    else if ('nthGone' in change) {
      // The last is 0: the end of a list is where most happens.
      const slots = [...both.twin.keys()].sort((a, b) => b - a)
      both.remove(slots[change.nthGone % Math.max(1, slots.length)] ?? 0)
    } else if ('from' in change) for (let i = 0; i < change.count; i++) both.add(change.from + i, 1, i)
    else both.add(change.slot, change.times, change.length)
  }
  return both
}

/** Every posting from where the cursor stands. */
function rest(cursor: Cursor): [slot: number, times: number, length: number][] {
  const found: [number, number, number][] = []
  while (cursor.slot < END) {
    found.push([cursor.slot, timesOf(cursor.weight), shortLengthOf(cursor.weight)])
    cursor.moveTo(cursor.place + 1)
  }
  return found
}

const changes = fc.array(change, { maxLength: 60, size: 'max' })

test('a list has what was added and not removed, in the order of slots', () => {
  fc.assert(
    fc.property(changes, (changes) => {
      const { lists, list, twin } = bothAfter(changes)
      if (list === undefined) return assert.equal(twin.size, 0)
      const expected = [...twin].map(([slot, weight]) => [slot, ...weight]).sort(([a = 0], [b = 0]) => a - b)
      assert.deepEqual(rest(lists.open(list)), expected)
      assert.deepEqual([lists.count(list), lists.label(list)], [twin.size, 7])
    }),
  )
})

test('a cursor goes on to the first posting from a slot, and knows a weight as good as any before another', () => {
  const jumps = fc.array(fc.tuple(slot, fc.nat(1_000)), { maxLength: 20 })
  fc.assert(
    fc.property(changes, jumps, (changes, jumps) => {
      const { lists, list, twin } = bothAfter(changes)
      if (list === undefined) return
      const cursor = lists.open(list)
      const slots = [...twin.keys()].sort((a, b) => a - b)
      for (const [to, ahead] of jumps.sort(([a], [b]) => a - b)) {
        cursor.seek(to)
        const expected = slots.find((slot) => slot >= to) ?? END
        assert.equal(cursor.slot, expected)
        assert.ok(cursor.progress >= 0 && cursor.progress <= 1)
        if (expected >= to + ahead) continue
        const best = cursor.bestBelow(to + ahead)
        for (const slot of slots.filter((slot) => slot >= to && slot < to + ahead)) {
          const [times = 0, length = 0] = twin.get(slot) ?? []
          assert.ok(times <= timesOf(best) && length >= shortLengthOf(best))
        }
      }
      cursor.seek(END)
      assert.deepEqual([cursor.slot, cursor.progress], [END, 1])
    }),
  )
})

test('lists are told apart, become each other, and leave no memory behind', () => {
  const lists = new PostingLists()
  const [first, second] = [lists.begin(1, 5, 1, 1), lists.begin(2, 6, 2, 2)]
  for (let slot = 7; slot < 1_000; slot++) lists.add(second, slot, 1, 1)
  lists.setNext(first, second)
  assert.deepEqual([lists.next(first), lists.next(second)], [second, undefined])
  assert.equal(lists.remove(first, 5), 'none left')
  lists.become(first, second)
  assert.deepEqual([lists.label(first), lists.count(first), lists.next(first)], [2, 994, undefined])
  assert.equal(rest(lists.open(first)).length, 994)
  const before = lists.bytes
  for (let round = 0; round < 5; round++) {
    for (let slot = 6; slot < 1_000; slot++) lists.remove(first, slot)
    lists.drop(first)
    assert.equal(lists.begin(3, 6, 1, 1), first)
    for (let slot = 7; slot < 1_000; slot++) lists.add(first, slot, 1, 1)
  }
  assert.equal(lists.bytes, before)
})

test('a list that loses most of its postings gives most of its memory to others', () => {
  const lists = new PostingLists()
  const list = lists.begin(0, 0, 1, 1)
  for (let slot = 1; slot < 100_000; slot++) lists.add(list, slot, 1, 1)
  const before = lists.bytes
  for (let slot = 0; slot < 100_000; slot++) if (slot % 100 !== 0) lists.remove(list, slot)
  for (let other = 0; other < 500; other++) {
    const begun = lists.begin(0, 0, 1, 1)
    for (let slot = 1; slot < 14; slot++) lists.add(begun, slot, 1, 1)
  }
  assert.equal(lists.bytes, before)
})

test('a gap that is filled from its end takes no more blocks than one that is filled from its beginning', () => {
  const bytesAfter = (order: (gap: number[]) => number[]) => {
    const lists = new PostingLists()
    const list = lists.begin(0, 0, 1, 1)
    const slots = Array.from({ length: 2 * SPAN }, (_, slot) => slot)
    for (const slot of slots.slice(1)) lists.add(list, slot, 1, 1)
    // Every other block of 126, so that whatever comes into a gap comes after a full block.
    const gap = slots.filter((slot) => (slot % SPAN) % 252 >= 126)
    for (const slot of gap) lists.remove(list, slot)
    for (const slot of order(gap)) lists.add(list, slot, 1, 1)
    assert.equal(rest(lists.open(list)).length, slots.length)
    return lists.bytes
  }
  assert.equal(
    bytesAfter((gap) => gap.toReversed()),
    bytesAfter((gap) => gap),
  )
})
