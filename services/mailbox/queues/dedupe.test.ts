import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from '../bounds/budget.ts'
import { HandClock } from '../testing/hand-clock.ts'
import { Dedupe } from './dedupe.ts'

function rig(max: number) {
  const clock = new HandClock()
  const budget = new Budget('dedupeMax', max)
  return { clock, budget, dedupe: new Dedupe(clock, 300, budget) }
}

test('a send is recognised within the window and new after it', () => {
  const { dedupe, clock } = rig(10)
  dedupe.remember('k', 'first')
  clock.advance(299)
  assert.equal(dedupe.find('k'), 'first')
  clock.advance(1)
  assert.equal(dedupe.find('k'), undefined)
})

test('a full table remembers nothing new until its oldest entry is past the window', () => {
  const { dedupe, clock } = rig(2)
  assert.equal(dedupe.remember('a', '1'), true)
  clock.advance(100)
  assert.equal(dedupe.remember('b', '2'), true)
  assert.equal(dedupe.remember('c', '3'), false)
  assert.equal(dedupe.roomInMs(), 200)
  assert.deepEqual([dedupe.find('a'), dedupe.find('c')], ['1', undefined])
  clock.advance(200)
  assert.equal(dedupe.remember('c', '3'), true)
  assert.deepEqual([dedupe.find('b'), dedupe.find('c')], ['2', '3'])
})

test('entries past the window leave by themselves, and the last takes the timer with it', () => {
  const { dedupe, clock, budget } = rig(5000)
  for (let n = 0; n < 3000; n++) dedupe.remember(`k${n}`, 'x')
  clock.advance(300)
  assert.equal(budget.used, 0)
  assert.equal(clock.timers, 0)
})

test('a key sent again after its window is recognised from then on, while old entries are still swept', () => {
  const { dedupe, clock, budget } = rig(5000)
  for (let n = 0; n < 3000; n++) dedupe.remember(`other ${n}`, 'x')
  dedupe.remember('k', 'first')
  // The first sweep of the alarm takes a part of them; the key is sent again before the second.
  let sentAgain = false
  clock.after(300, () => {
    assert.ok(budget.used > 1)
    assert.equal(dedupe.find('k'), undefined)
    sentAgain = dedupe.remember('k', 'second')
  })
  clock.advance(301)
  assert.ok(sentAgain)
  assert.equal(dedupe.find('k'), 'second')
  assert.equal(budget.used, 1)
})
