import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { Bus } from '../bus/bus.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { EventMemory, type RememberedEvent } from './event-memory.ts'

function remembering(t: TestContext, bounds = { countMax: 4, bytesMax: 10_000 }) {
  const bus = new Bus({ lagged() {}, failed: (_name, thrown) => assert.fail(String(thrown)) })
  const clock = new ManualClock()
  const readiness = { ready: false, missing: ['policy'] }
  const memory = new EventMemory({ bus, clock, readiness: () => readiness, bounds })
  t.after(() => memory.stop())
  return { bus, clock, readiness, memory, kinds: () => memory.items().map(({ event }) => event.kind) }
}

test('events are remembered in their order, the last of them, and told to whoever listens', async (t) => {
  const { bus, memory, kinds } = remembering(t)
  const heard: RememberedEvent[] = []
  const leave = memory.listen((event) => heard.push(event))
  for (let version = 1; version <= 6; version++) bus.publish({ kind: 'ConfigUpdated', version })
  await turn()
  leave()
  bus.publish({ kind: 'ServiceRestarted', service: 'index' })
  await turn()
  assert.deepEqual(kinds(), ['ConfigUpdated', 'ConfigUpdated', 'ConfigUpdated', 'ServiceRestarted'])
  assert.deepEqual(
    heard.map(({ seq }) => seq),
    [0, 1, 2, 3, 4, 5],
  )
})

test('readiness that changes is an event, seen with the next one or within a second', async (t) => {
  const { bus, clock, readiness, memory, kinds } = remembering(t)
  readiness.ready = true
  bus.publish({ kind: 'Health', service: 'index', ok: true })
  await turn()
  assert.deepEqual(kinds(), ['Health', 'Readiness'])
  readiness.ready = false
  clock.advance(1_000)
  clock.advance(1_000)
  assert.deepEqual(kinds(), ['Health', 'Readiness', 'Readiness'])
  assert.deepEqual(memory.items().at(-1)?.event, { kind: 'Readiness', ready: false, missing: ['policy'] })
})

test('of a failure the first line is remembered, cut to a length; the stack is in the log', async (t) => {
  const { bus, memory } = remembering(t)
  const because = `${'x'.repeat(2_000)}\n  at somewhere`
  bus.publish({ kind: 'Health', service: 'index', ok: false, because })
  await turn()
  const [first] = memory.items()
  assert.equal(first?.event.kind === 'Health' && first.event.because, 'x'.repeat(512))
})
