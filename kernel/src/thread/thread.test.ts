import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import type { Contract } from '../contract/contract.ts'
import { echo, flaky, relay } from '../supervisor/fixtures/contract.ts'
import { newOrders, orderStart, starts, type Orders } from '../supervisor/fixtures/orders.ts'
import { until } from '../system/until.ts'
import { Thread } from './thread.ts'
import { newVitals } from './vitals.ts'

interface Seen {
  readonly thread: Thread
  readonly orders: Orders
  readonly told: readonly string[]
}

/** A thread of a fixture, and what it told. */
function threadOf(t: TestContext, contract: Contract): Seen {
  const told: string[] = []
  const orders = newOrders()
  const shape = (of: Contract) => {
    const operations = Object.entries(of.operations).map(([name, { events, timeoutMs }]) => [
      name,
      { subscription: events !== null, timeoutMs },
    ])
    return { name: of.name, inbox: of.inbox, operations: Object.fromEntries(operations) }
  }
  const birth = {
    shape: shape(contract),
    hostUrl: import.meta.resolve('./host.js'),
    moduleUrl: import.meta.resolve(`../supervisor/fixtures/${contract.name}.js`),
    config: { orders, stops: newOrders() },
    peers: Object.values(contract.uses).map(shape),
    vitals: newVitals(),
  }
  const thread = new Thread(birth, {
    ready: () => told.push('ready'),
    health: ({ state }) => told.push(state),
    log: (_level, message) => told.push(message),
    exited: (because) => told.push(because ?? 'stopped'),
  })
  t.after(() => thread.kill('the test is over'))
  return { thread, orders, told }
}

test('a service starts when its thread is told to begin, with the lines it was given by then', async (t) => {
  const used = threadOf(t, echo)
  used.thread.begin(null)
  await until(() => used.told.includes('ready'))
  const user = threadOf(t, relay)
  await pause(300)
  assert.equal(starts(user.orders), 0)
  user.thread.connectPeer('echo', used.thread.admit())
  user.thread.begin(null)
  await until(() => user.told.length > 0)
  assert.deepEqual(user.told, ['ready'])
})

test('a thread that is asked to stop ends by itself, and that is no crash', async (t) => {
  const { thread, told } = threadOf(t, flaky)
  thread.begin(null)
  await until(() => told.includes('ready'))
  thread.retire()
  await until(() => told.length > 1)
  assert.deepEqual(told, ['ready', 'stopped'])
})

test('a thread that is asked to stop before its service has started ends all the same', async (t) => {
  const { thread, orders, told } = threadOf(t, flaky)
  orderStart(orders, 'never')
  thread.begin(null)
  await until(() => starts(orders) === 1)
  thread.retire()
  await until(() => told.length > 0)
  assert.deepEqual(told, ['stopped'])
})

test('a thread that is killed tells why, once, wherever it was', async (t) => {
  const { thread, orders, told } = threadOf(t, flaky)
  orderStart(orders, 'never')
  thread.begin(null)
  await until(() => starts(orders) === 1)
  thread.kill('it took too long')
  thread.kill('again')
  await until(() => told.length > 0)
  assert.deepEqual(told, ['it took too long'])
})

test('talking to a thread that has ended does nothing', async (t) => {
  const { thread, told } = threadOf(t, flaky)
  thread.kill('ended')
  await until(() => told.length > 0)
  thread.begin(null)
  thread.retire()
  thread.connectPeer('echo', thread.admit())
  thread.kill('again')
  assert.deepEqual(told, ['ended'])
})

test('a module that is not there is a crash that names it', async (t) => {
  const { thread, told } = threadOf(t, { ...flaky, name: 'missing' })
  thread.begin(null)
  await until(() => told.length > 0)
  assert.match(told[0] ?? '', /Cannot find module .*missing\.js/)
})
