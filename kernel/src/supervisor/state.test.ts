/** What a service recorded outlives its threads, however they end, and ends with the node. */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { outcome, refusal } from '../call/exchange.fixture.ts'
import { until } from '../system/until.ts'
import { keeper } from './fixtures/contract.ts'
import { newOrders, orderStart, orderStop } from './fixtures/orders.ts'
import { testNode } from './services.fixture.ts'

const withKeeper = (t: TestContext, journalBytesMax = 4_096) => {
  const orders = newOrders()
  const node = testNode(t, [keeper], {}, { keeper: { orders, stops: newOrders(), journalBytesMax } })
  const keep = (word: string) => node.ask('keeper', 'keep', { word })
  const kept = async () => (await node.ask('keeper', 'kept')).fields['words']
  return { ...node, keep, kept, orders }
}

test('what was acknowledged before a crash is there after each of several', async (t) => {
  const { services, keep, kept, ask, restarted } = withKeeper(t)
  await services.start()
  const words: string[] = []
  for (let crash = 0; crash < 3; crash++) {
    for (const word of [`one ${crash}`, `two ${crash}`]) {
      await keep(word)
      words.push(word)
    }
    await outcome(ask('keeper', 'exit'))
    await restarted('keeper')
    assert.deepEqual(await kept(), words)
  }
})

test('a thread that fails to start after its replay loses nothing either', async (t) => {
  const { services, keep, kept, ask, orders, clock, events, phase } = withKeeper(t)
  await services.start()
  await keep('a')
  orderStart(orders, 'throwing')
  await outcome(ask('keeper', 'exit'))
  const crashes = () => events.filter(({ kind }) => kind === 'ServiceCrashed').length
  for (const crash of [1, 2, 3]) {
    await until(() => crashes() === crash)
    if (crash === 3) orderStart(orders, 'normally')
    clock.advance(5_000)
  }
  await phase('keeper', 'running')
  assert.deepEqual(await kept(), ['a'])
})

test('an answer that was kept is no longer good once the next thread has what the one before recorded', async (t) => {
  const { services, ask, restarted } = withKeeper(t)
  await services.start()
  const stamps = services.stampsOf('keeper')
  const before = stamps?.of('any')
  assert.equal(typeof before, 'number')
  await outcome(ask('keeper', 'exit'))
  await restarted('keeper')
  assert.notEqual(stamps?.of('any'), before)
})

test('a full journal refuses with the setting to raise, and what was acknowledged stays', async (t) => {
  const { services, keep, kept, ask, restarted } = withKeeper(t, 64)
  await services.start()
  await keep('a')
  await assert.rejects(
    keep('x'.repeat(60)),
    refusal(
      'Full',
      /16 of 64 bytes of the journal are used and this needs 72 more; .*keeper\.journal_bytes_max/,
    ),
  )
  await outcome(ask('keeper', 'exit'))
  await restarted('keeper')
  assert.deepEqual(await kept(), ['a'])
})

for (const [how, end] of [
  ['stops', () => {}],
  ['does not stop', (node) => orderStop(node.orders, 'never')],
  ['has crashed', (node) => void outcome(node.ask('keeper', 'exit'))],
  ['hangs', (node) => void outcome(node.ask('keeper', 'hang'))],
] as const satisfies readonly (readonly [string, (node: ReturnType<typeof withKeeper>) => void])[]) {
  test(`what a service kept is overwritten once, when the node ends and the service ${how}`, async (t) => {
    const node = withKeeper(t)
    await node.services.start()
    await node.keep('a secret')
    end(node)
    let stopped = false
    void node.services.stop(1_000).then(() => (stopped = true))
    await until(() => {
      node.clock.advance(1_000)
      return stopped
    })
    assert.equal(node.services.zeroize(), 16)
    assert.equal(node.services.zeroize(), 0)
  })
}

test('memory that cannot be had is refused with the setting to lower', (t) => {
  assert.throws(
    () => withKeeper(t, 2 ** 40),
    /no memory can be reserved for keeper\.journal_bytes_max=1024GiB; lower it/,
  )
})

test('a contract whose state names no setting of its own is a mistake that is found at once', (t) => {
  assert.throws(
    () => testNode(t, [keeper], {}, { keeper: {} }),
    /the contract of keeper keeps state, but its config has no number journalBytesMax/,
  )
})
