import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { Bus } from '../bus/bus.ts'
import type { Fields } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { EventMemory } from './event-memory.ts'
import { refusalOf, requestOf } from './request.fixture.ts'
import { memoryBounds, RequestMemory } from './request-memory.ts'
import type { TailFilter } from '../ports/requests.ts'
import { Tail } from './tail.ts'

const all: TailFilter = {
  events: true,
  requests: true,
  status: null,
  operation: null,
  tenant: null,
  id: null,
  limit: 100,
  follow: false,
}

function tailing(t: TestContext) {
  const bus = new Bus({ lagged() {}, failed: (_name, thrown) => assert.fail(String(thrown)) })
  const clock = new ManualClock()
  const slowest = { ...memoryBounds.slowest, perRoute: 1 }
  const requests = new RequestMemory(clock, { ...memoryBounds, slowest })
  const events = new EventMemory({ bus, clock, readiness: () => ({ ready: false, missing: [] }) })
  t.after(() => events.stop())
  const tail = new Tail({ clock, events, requests })
  const told = async (filter: Partial<TailFilter>) => {
    const items: Fields[] = []
    await tail.subscribe(
      { ...all, ...filter },
      async (item) => void items.push(item),
      new AbortController().signal,
      () => {},
    )
    return items.map(({ kind, event, request_id: id }) => event ?? id ?? kind)
  }
  return { bus, requests, tail, told }
}

test('what is remembered is told in its order, chosen as asked, and where it ends', async (t) => {
  const { bus, requests, told } = tailing(t)
  bus.publish({ kind: 'ServiceRestarted', service: 'index' })
  await turn()
  requests.answered(requestOf({ requestId: 'r1', status: 403, refusal: refusalOf('no') }))
  requests.answered(
    requestOf({ requestId: 'r2', status: 503, operation: 'index.search', refusal: refusalOf('no') }),
  )
  assert.deepEqual(await told({}), ['ServiceRestarted', 'r1', 'r2', 'now'])
  assert.deepEqual(await told({ events: false }), ['r1', 'r2', 'now'])
  assert.deepEqual(await told({ requests: false }), ['ServiceRestarted', 'now'])
  assert.deepEqual(await told({ events: false, status: '5xx' }), ['r2', 'now'])
  assert.deepEqual(await told({ events: false, status: '403' }), ['r1', 'now'])
  assert.deepEqual(await told({ events: false, operation: 'index' }), ['r2', 'now'])
  assert.deepEqual(await told({ events: false, operation: 'ind' }), ['now'])
  assert.deepEqual(await told({ events: false, operation: 'storage.get' }), ['r1', 'now'])
  assert.deepEqual(await told({ events: false, tenant: 'f'.repeat(32) }), ['now'])
  assert.deepEqual(await told({ events: false, id: 'r2' }), ['r2', 'now'])
  assert.deepEqual(await told({ limit: 1 }), ['r2', 'now'])
  assert.deepEqual(await told({ limit: 0 }), ['now'])
})

test('whoever follows is told what comes, and sixteen may', async (t) => {
  const { bus, requests, tail } = tailing(t)
  const stop = new AbortController()
  const items: Fields[] = []
  const follow = () =>
    tail.subscribe(
      { ...all, follow: true, status: '4xx' },
      async (item) => void items.push(item),
      stop.signal,
      () => {},
    )
  const following = Array.from({ length: 16 }, follow)
  await assert.rejects(follow(), { code: 'Busy', message: /16 follow this node already/ })
  await turn()
  items.length = 0
  bus.publish({ kind: 'ServiceRestarted', service: 'index' })
  requests.answered(requestOf({ requestId: 'fine' }))
  requests.answered(requestOf({ requestId: 'refused', status: 403, refusal: refusalOf('no') }))
  await turn()
  assert.equal(items.length, 32)
  assert.deepEqual(
    new Set(items.map(({ event, request_id: id }) => event ?? id)),
    new Set(['refused', 'ServiceRestarted']),
  )
  stop.abort()
  await Promise.all(following)
  assert.equal(requests.wants('/objects/*name', null, 0, 0, false), false, 'nobody listens any more')
})
