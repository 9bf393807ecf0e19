import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import type { Contract } from '../contract/contract.ts'
import { echo, flaky, relay } from '../supervisor/fixtures/contract.ts'
import { goodbyes, newOrders, orderStart, starts, type Orders } from '../supervisor/fixtures/orders.ts'
import { shapeOf } from '../supervisor/shape-of.ts'
import { until } from '../system/until.ts'
import type { Fall } from './fall.ts'
import { WorkerThread } from './thread.ts'
import { newVitals, readVital } from './vitals.ts'

interface Seen {
  readonly thread: WorkerThread
  readonly orders: Orders
  readonly told: readonly string[]
  readonly vitals: SharedArrayBuffer
}

/** A thread of a fixture, and what it told. */
function threadOf(t: TestContext, contract: Contract): Seen {
  const told: string[] = []
  const orders = newOrders()
  const vitals = newVitals()
  const birth = {
    shape: shapeOf(contract),
    hostUrl: import.meta.resolve('./host.js'),
    moduleUrl: import.meta.resolve(`../supervisor/fixtures/${contract.name}.js`),
    config: { orders, stops: newOrders() },
    peers: Object.values(contract.uses).map(shapeOf),
    vitals,
    state: null,
    heapBytesMax: 64 * 2 ** 20,
  }
  const thread = new WorkerThread(birth, {
    ready: () => told.push('ready'),
    health: ({ state }) => told.push(state),
    log: (_level, message) => told.push(message),
    exited: (failure) => told.push(failure === null ? 'stopped' : `${failure.cause}: ${failure.because}`),
  })
  t.after(() => thread.kill({ cause: 'exit', because: 'the test is over' }))
  return { thread, orders, told, vitals }
}

test('a service starts when its thread is told to begin, with the lines it was given by then', async (t) => {
  const used = threadOf(t, echo)
  used.thread.begin(null)
  await until(() => used.told.includes('ready'))
  const user = threadOf(t, relay)
  await pause(300)
  assert.equal(starts(user.orders), 0)
  user.thread.connectPeer('echo', used.thread)
  user.thread.begin(null)
  await until(() => user.told.length > 0)
  assert.deepEqual(user.told, ['ready'])
})

test('a thread that is asked to stop ends by itself, and that is no crash', async (t) => {
  const { thread, told, orders } = threadOf(t, flaky)
  thread.begin(null)
  await until(() => told.includes('ready'))
  thread.retire()
  await until(() => told.length > 1)
  assert.deepEqual(told, ['ready', 'stopped'])
  assert.equal(goodbyes(orders), 1)
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
  thread.kill({ cause: 'slow-start', because: 'it took too long' })
  thread.kill({ cause: 'hang', because: 'again' })
  await until(() => told.length > 0)
  assert.deepEqual(told, ['slow-start: it took too long'])
})

test('talking to a thread that has ended does nothing', async (t) => {
  const { thread, told } = threadOf(t, flaky)
  thread.kill({ cause: 'exit', because: 'ended' })
  await until(() => told.length > 0)
  thread.begin(null)
  thread.retire()
  thread.connectPeer('echo', thread)
  thread.kill({ cause: 'exit', because: 'again' })
  assert.deepEqual(told, ['exit: ended'])
})

test('a module that is not there is a crash that names it', async (t) => {
  const { thread, told } = threadOf(t, { ...flaky, name: 'missing' })
  thread.begin(null)
  await until(() => told.length > 0)
  assert.match(told[0] ?? '', /Cannot find module .*missing\.js/)
})

for (const [how, told] of [
  ['throw', /^throw: Error: told to throw, by a drill\n {4}at /],
  ['exit', /^exit: its thread exited with code 1$/],
  ['oom', /^out-of-memory: its heap reached its limit, 67108864 bytes$/],
] as const satisfies readonly (readonly [Fall, RegExp])[]) {
  test(`a thread that is told to fall by "${how}" falls, and says so once`, async (t) => {
    const seen = threadOf(t, flaky)
    seen.thread.begin(null)
    await until(() => seen.told.includes('ready'))
    seen.thread.fall(how)
    await until(() => seen.told.length > 1)
    assert.match(seen.told[1] ?? '', told)
    await pause(100)
    assert.equal(seen.told.length, 2)
  })
}

test('a thread beats while its event loop turns, and stops when it hangs; then it can still be killed', async (t) => {
  const { thread, told, vitals } = threadOf(t, flaky)
  const beats = () => readVital(vitals, 'beats')
  thread.begin(null)
  await until(() => beats() > 2)
  thread.fall('hang')
  // What it does before it gets there is at most a beat.
  await pause(300)
  const before = beats()
  await pause(300)
  assert.equal(beats(), before)
  thread.kill({ cause: 'hang', because: 'it hangs' })
  await until(() => told.length > 1)
  assert.deepEqual(told, ['ready', 'hang: it hangs'])
})

test('a thread that has fallen runs nothing more, not even what its service does at an exit', async (t) => {
  const { thread, told, orders } = threadOf(t, flaky)
  thread.begin(null)
  await until(() => told.includes('ready'))
  thread.fall('exit')
  await until(() => told.length > 1)
  await pause(50)
  assert.equal(goodbyes(orders), 0)
})
