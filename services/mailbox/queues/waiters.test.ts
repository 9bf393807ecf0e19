import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callBy, refusal } from '../../testing.ts'
import { Budget } from '../bounds/budget.ts'
import { HandClock } from '../testing/hand-clock.ts'
import { Waiters } from './waiters.ts'

function rig(max = 10) {
  const clock = new HandClock()
  const budget = new Budget('waitersMax', max)
  const waiters = new Waiters(clock, budget)
  const stock: string[] = []
  const attempt = () => stock.shift() ?? null
  const wait = (key = 'q', caller = callBy()) => waiters.wait(key, attempt, 1000, caller.call)
  return { clock, budget, waiters, stock, attempt, wait }
}

test('those who wait are served in the order they came, one thing each', async () => {
  const { waiters, stock, wait, budget } = rig()
  const [first, second, third] = [wait(), wait(), wait()]
  stock.push('a', 'b')
  waiters.serve('q')
  assert.deepEqual([await first, await second], ['a', 'b'])
  stock.push('c')
  waiters.serve('q')
  assert.equal(await third, 'c')
  assert.equal(budget.used, 0)
})

test('who waits under another name is left alone', () => {
  const { waiters, stock, wait, budget } = rig()
  void wait('other')
  stock.push('a')
  waiters.serve('q')
  assert.deepEqual(stock, ['a'])
  assert.equal(budget.used, 1)
})

test('a wait ends with nothing when its time is over, its caller is gone or the service stops', async () => {
  const { clock, waiters, wait, budget } = rig()
  const overdue = wait()
  clock.advance(1000)
  assert.equal(await overdue, null)
  const caller = callBy()
  const abandoned = wait('q', caller)
  caller.abort()
  assert.equal(await abandoned, null)
  const stopped = [wait(), wait('other')]
  waiters.stop()
  assert.deepEqual(await Promise.all(stopped), [null, null])
  assert.equal(await wait('q', caller), null)
  assert.equal(budget.used, 0)
  assert.equal(clock.timers, 0)
})

test('what goes ready after a caller has left is kept for the next', async () => {
  const { waiters, stock, wait } = rig()
  const caller = callBy()
  const gone = wait('q', caller)
  const next = wait()
  caller.abort()
  stock.push('a')
  waiters.serve('q')
  assert.deepEqual([await gone, await next], [null, 'a'])
})

test('one waiter too many is refused', async () => {
  const { wait, waiters } = rig(1)
  const waiting = wait()
  assert.throws(() => wait(), refusal('Busy', /1 receivers wait already, the limit \(waitersMax\)/))
  waiters.stop()
  await waiting
})

test('a refusal of an attempt reaches the one who waits', async () => {
  const { waiters } = rig()
  const { call } = callBy()
  let open = true
  const attempt = () => (open ? null : call.refuse('Busy', 'no leases left'))
  const waiting = waiters.wait('q', attempt, 1000, call)
  open = false
  waiters.serve('q')
  await assert.rejects(waiting, refusal('Busy', /no leases left/))
})

test('an attempt that makes more ready on the way serves nobody twice', async () => {
  const { waiters, stock } = rig()
  let attempts = 0
  const attempt = () => {
    attempts++
    if (attempts === 1) {
      stock.push('b', 'c')
      waiters.serve('q')
    }
    return stock.shift() ?? null
  }
  const { call } = callBy()
  const first = waiters.wait('q', attempt, 1000, call)
  const second = waiters.wait('q', attempt, 1000, call)
  stock.push('a')
  waiters.serve('q')
  assert.deepEqual([await first, await second], ['a', 'b'])
  assert.deepEqual(stock, ['c'])
})
