import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { until } from '../system/until.ts'
import { Bus, type BusObserver } from './bus.ts'
import type { KernelEvent } from './events.ts'

const event = (version: number): KernelEvent => ({ kind: 'ConfigUpdated', version })
const silent: BusObserver = { lagged() {}, failed() {} }

/** A subscriber that writes down what it is told: a version, or `-n` for n lost. */
function recorder(name = 'recorder', capacity = 8) {
  const seen: number[] = []
  return {
    seen,
    name,
    capacity,
    handle: (event: KernelEvent): void | Promise<void> => {
      if (event.kind === 'ConfigUpdated') seen.push(event.version)
    },
    lagged: (count: number) => void seen.push(-count),
  }
}

/** A subscriber that finishes an event only when it is let go. */
function slow(name = 'slow', capacity = 2) {
  const subscriber = recorder(name, capacity)
  const note = subscriber.handle
  let release = () => {}
  subscriber.handle = (event) => {
    void note(event)
    return new Promise<void>((resolve) => {
      release = resolve
    })
  }
  return { ...subscriber, next: () => release() }
}

test('every subscriber sees every event from its subscription on, in order', async () => {
  const bus = new Bus(silent)
  const [early, late] = [recorder(), recorder()]
  bus.subscribe(early)
  bus.publish(event(1))
  bus.subscribe(late)
  bus.publish(event(2))
  bus.publish(event(3))
  await turn()
  assert.deepEqual(early.seen, [1, 2, 3])
  assert.deepEqual(late.seen, [2, 3])
})

test('publishing runs no subscriber before it returns', () => {
  const bus = new Bus(silent)
  const subscriber = recorder()
  bus.subscribe(subscriber)
  bus.publish(event(1))
  assert.deepEqual(subscriber.seen, [])
})

test('events are handed over one at a time', async () => {
  const bus = new Bus(silent)
  const subscriber = slow('slow', 8)
  bus.subscribe(subscriber)
  bus.publish(event(1))
  bus.publish(event(2))
  await turn()
  assert.deepEqual(subscriber.seen, [1])
  subscriber.next()
  await turn()
  assert.deepEqual(subscriber.seen, [1, 2])
})

test('a slow subscriber loses the oldest, is told how many before it goes on, and each is counted', async () => {
  const counted: [string, number][] = []
  const bus = new Bus({ ...silent, lagged: (name, count) => counted.push([name, count]) })
  const subscriber = slow('slow', 2)
  bus.subscribe(subscriber)
  bus.publish(event(1))
  await turn()
  for (const version of [2, 3, 4, 5, 6]) bus.publish(event(version))
  for (const _ of [1, 2, 3]) {
    subscriber.next()
    await turn()
  }
  assert.deepEqual(subscriber.seen, [1, -3, 5, 6])
  assert.deepEqual(counted, [
    ['slow', 1],
    ['slow', 1],
    ['slow', 1],
  ])
})

test('a slow subscriber slows nobody else', async () => {
  const bus = new Bus(silent)
  const [stuck, quick] = [slow('stuck', 1), recorder('quick', 1)]
  bus.subscribe(stuck)
  bus.subscribe(quick)
  for (let version = 1; version <= 100; version++) {
    bus.publish(event(version))
    await turn()
  }
  assert.deepEqual(stuck.seen, [1])
  assert.equal(quick.seen.length, 100)
})

test('what is lost while a subscriber is being told of losses is told next', async () => {
  const bus = new Bus(silent)
  const subscriber = slow('slow', 1)
  const told: number[] = []
  bus.subscribe({
    ...subscriber,
    lagged(count) {
      told.push(count)
      if (told.length === 1) for (const version of [7, 8]) bus.publish(event(version))
    },
  })
  bus.publish(event(1))
  await turn()
  for (const version of [2, 3]) bus.publish(event(version))
  for (const _ of [1, 2, 3]) {
    subscriber.next()
    await turn()
  }
  assert.deepEqual(told, [1, 1])
})

test('a subscriber that throws is reported, and goes on with the next event', async () => {
  const failures: string[] = []
  const bus = new Bus({ ...silent, failed: (name, thrown) => failures.push(`${name}: ${String(thrown)}`) })
  const subscriber = recorder('shaky')
  const other = recorder()
  const note = subscriber.handle
  subscriber.handle = (event) => {
    if (subscriber.seen.length === 0) {
      void note(event)
      throw new Error('at once')
    }
    return Promise.reject(new Error('later'))
  }
  bus.subscribe(subscriber)
  bus.subscribe(other)
  bus.publish(event(1))
  bus.publish(event(2))
  await until(() => failures.length === 2)
  assert.deepEqual(failures, ['shaky: Error: at once', 'shaky: Error: later'])
  assert.deepEqual(other.seen, [1, 2])
})

test('a subscriber that throws at being told of losses still gets the event', async () => {
  const failures: unknown[] = []
  const bus = new Bus({ ...silent, failed: (_name, thrown) => failures.push(thrown) })
  const subscriber = recorder('shaky', 1)
  const fault = new Error('no')
  subscriber.lagged = () => {
    throw fault
  }
  bus.subscribe(subscriber)
  bus.publish(event(1))
  bus.publish(event(2))
  await turn()
  assert.deepEqual(failures, [fault])
  assert.deepEqual(subscriber.seen, [2])
})

test('after a subscription ended nothing is handled, not even what was buffered', async () => {
  const bus = new Bus(silent)
  const subscriber = recorder()
  const end = bus.subscribe(subscriber)
  bus.publish(event(1))
  end()
  bus.publish(event(2))
  await turn()
  assert.deepEqual(subscriber.seen, [])
})

test('a subscriber without room for one event is refused', () => {
  const bus = new Bus(silent)
  assert.throws(() => bus.subscribe(recorder('none', 0)), /none: a capacity of at least 1 is needed/)
  assert.throws(() => bus.subscribe(recorder('none', Number.NaN)), RangeError)
})

test('whatever the pace, a subscriber sees a growing sequence, and what it saw and lost adds up', async () => {
  const pace = fc.array(fc.constantFrom('publish', 'consume'), { maxLength: 80 })
  await fc.assert(
    fc.asyncProperty(pace, fc.integer({ min: 1, max: 5 }), async (steps, capacity) => {
      let counted = 0
      const bus = new Bus({ ...silent, lagged: (_name, count) => (counted += count) })
      const subscriber = slow('paced', capacity)
      bus.subscribe(subscriber)
      let published = 0
      for (const step of steps) {
        if (step === 'publish') bus.publish(event(++published))
        else subscriber.next()
        for (let ticks = 0; ticks < 8; ticks++) await Promise.resolve()
      }
      for (let left = 0; left <= published; left++) {
        subscriber.next()
        for (let ticks = 0; ticks < 8; ticks++) await Promise.resolve()
      }
      const versions = subscriber.seen.filter((n) => n > 0)
      const lost = subscriber.seen.filter((n) => n < 0).reduce((sum, n) => sum - n, 0)
      assert.deepEqual(
        versions,
        [...new Set(versions)].sort((a, b) => a - b),
      )
      assert.equal(versions.length + lost, published)
      assert.equal(lost, counted)
    }),
    { numRuns: 200 },
  )
})
