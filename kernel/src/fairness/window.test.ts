import assert from 'node:assert/strict'
import { test } from 'node:test'
import { widestShares, Window } from './window.ts'

test('a window is full of work that was sent and not begun, and an answer makes room', () => {
  const window = new Window(100, 8)
  window.sent(1, 60, 0)
  assert.equal(window.isFull, false)
  window.sent(2, 60, 0)
  assert.equal(window.isFull, true)
  window.answered(1)
  assert.equal(window.isFull, false)
})

test('an answer tells that all that was sent before has been begun', () => {
  const window = new Window(100, 8)
  for (const id of [1, 2, 3]) window.sent(id, 50, 0)
  window.answered(3)
  window.sent(4, 99, 0)
  assert.equal(window.isFull, false)
  window.answered(2)
  window.answered(4)
  window.sent(5, 100, 0)
  assert.equal(window.isFull, true, 'an answer that comes late makes no room twice')
})

test('ids of what is not counted take nothing', () => {
  const window = new Window(100, 8)
  window.sent(3, 50, 0)
  window.sent(7, 50, 0)
  assert.equal(window.isFull, true)
  window.answered(3)
  assert.equal(window.isFull, false)
})

test('what is neither answered nor overtaken leaves after a while', () => {
  const window = new Window(100, 8)
  window.sent(1, 60, 0)
  window.sent(2, 60, 10)
  window.expire(5)
  assert.equal(window.isFull, false)
  window.sent(3, 60, 20)
  assert.equal(window.isFull, true)
  window.expire(30)
  assert.equal(window.isFull, false)
})

test('with more calls than it has places the oldest leaves', () => {
  const window = new Window(100, 4)
  for (let id = 1; id <= 100; id++) window.sent(id, 24, 0)
  assert.equal(window.isFull, false)
  window.sent(101, 28, 0)
  assert.equal(window.isFull, true)
})

test('a new port begins with an empty window', () => {
  const window = new Window(100, 8)
  for (const id of [1, 2]) window.sent(id, 50, 0)
  window.reset()
  assert.equal(window.isFull, false)
  window.sent(1, 100, 0)
  assert.equal(window.isFull, true)
})

/** How many shares of 1,000 make it full. */
function holds(window: Window): number {
  let sent = 0
  while (!window.isFull) window.sent(++sent, 1_000, 0)
  window.reset()
  return sent
}

test('it holds what lasts from one look at the answers to the next, up to a bound, and less when they come often', () => {
  const window = new Window(2_000, 100)
  assert.equal(holds(window), 2)
  window.looked(8_000)
  assert.equal(holds(window), 12)
  window.looked(1_000_000)
  assert.equal(holds(window), widestShares / 1_000)
  for (let looks = 0; looks < 100; looks++) window.looked(500)
  assert.equal(holds(window), 2)
})
