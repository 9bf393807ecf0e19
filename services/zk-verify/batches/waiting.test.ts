import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Waiting } from './waiting.ts'

/** `a1 b1` are items of the tenants a and b. */
function waitingOf(items: string, countMax = 100) {
  const waiting = new Waiting<string>(countMax)
  const enter = (item: string, sinceMs: number) =>
    waiting.enter({ tenant: item.slice(0, 1), item, sinceMs })?.item ?? null
  const displaced = items.split(' ').map(enter)
  const cut = (count: number) =>
    waiting
      .cut(count)
      .map(({ item }) => item)
      .join(' ')
  return { waiting, enter, displaced, cut }
}

test('a batch takes one of each tenant in turn, each in its order', () => {
  const { cut } = waitingOf('a1 a2 a3 a4 b1 c1 c2')
  assert.equal(cut(7), 'a1 b1 c1 a2 c2 a3 a4')
})

test('the next batch goes on where the turns of the last one ended', () => {
  const { cut } = waitingOf('a1 a2 a3 b1 b2 c1')
  assert.deepEqual([cut(2), cut(2), cut(2), cut(2)], ['a1 b1', 'c1 a2', 'b2 a3', ''])
})

test('a tenant that comes late to a long line of another waits for one batch and not for the line', () => {
  const { enter, cut } = waitingOf(Array.from({ length: 50 }, (_, at) => `a${at}`).join(' '))
  enter('b1', 50)
  assert.equal(cut(4), 'a0 b1 a1 a2')
})

test('without room the longest line gives up its last, not the one that came', () => {
  const { displaced, waiting, enter, cut } = waitingOf('a1 a2 a3 b1', 4)
  assert.deepEqual(displaced, [null, null, null, null])
  assert.equal(enter('b2', 5), 'a3')
  assert.equal(enter('a4', 6), 'a4')
  assert.equal(enter('c1', 7), 'a2')
  assert.deepEqual([waiting.count, cut(9)], [4, 'a1 b1 c1 b2'])
})

test('however much comes, no more wait than may', () => {
  const { waiting, enter } = waitingOf('a1', 3)
  for (let at = 0; at < 1_000; at++) {
    enter(`${String.fromCharCode(97 + (at % 7))}${at}`, at)
    assert.ok(waiting.count <= 3)
  }
})

test('it knows since when the first has waited', () => {
  const { waiting, cut } = waitingOf('a1 b1 a2')
  assert.equal(waiting.sinceMs, 0)
  cut(1)
  assert.equal(waiting.sinceMs, 1)
  cut(2)
  assert.equal(waiting.sinceMs, Number.POSITIVE_INFINITY)
})
