import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifecycle } from '@ron/kernel/lifecycle/lifecycle'
import { supervise } from '@ron/kernel/supervisor/supervise'
import { explore, type Model } from './explore.ts'
import { lifecycleModel } from './models/lifecycle.ts'
import { subscriptionModel } from './models/subscription.ts'
import { supervisorModel } from './models/supervisor.ts'

interface Count {
  readonly n: number
}

/** Counts from 0 by 1 or 2 up to `end`. */
const counting = (end: number, more: Partial<Model<Count, number>> = {}): Model<Count, number> => ({
  name: 'counting',
  initial: { n: 0 },
  events: ({ n }) => [1, 2].filter((by) => n + by <= end),
  step: ({ n }, by) => ({ n: n + by }),
  invariant: () => null,
  settled: ({ n }) => n === end,
  ...more,
})

test('every reachable state is visited once, and every transition counted', () => {
  assert.deepEqual(explore(counting(4), 100), {
    name: 'counting',
    states: 5,
    transitions: 7,
    violation: null,
  })
})

test('a violation comes with a shortest trace to it', () => {
  const { violation } = explore(counting(9, { invariant: ({ n }) => (n === 4 ? 'four' : null) }), 100)
  assert.deepEqual(violation, {
    because: 'four',
    trace: ['initially → {"n":0}', '2 → {"n":2}', '2 → {"n":4}'],
  })
})

test('a state from which nothing settles is found, though nothing is wrong with it yet', () => {
  const events = ({ n }: Count) => (n === 1 || n > 2 ? [] : [1, 2])
  const { violation } = explore(counting(4, { events }), 100)
  assert.equal(violation?.because, 'no settled state can be reached any more')
  assert.deepEqual(violation.trace, ['initially → {"n":0}', '1 → {"n":1}'])
})

test('more states than allowed is a violation, not a pass', () => {
  assert.match(explore(counting(1_000), 50).violation?.because ?? '', /more than 50 states/)
})

for (const exploration of [
  explore(supervisorModel('stoppable'), 500_000),
  explore(supervisorModel('left alone'), 500_000),
  explore(lifecycleModel(), 500_000),
  explore(subscriptionModel(), 500_000),
]) {
  test(`the ${exploration.name} holds in every state that can be reached`, () => {
    assert.equal(exploration.violation, null)
  })
}

test('a supervisor that forgets to set its timer is caught', () => {
  const broken = supervisorModel('left alone', (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [next, event.kind === 'exited' ? effects.filter(({ kind }) => kind !== 'timer') : effects]
  })
  assert.equal(explore(broken, 500_000).violation?.because, 'waiting without a timer')
})

test('a supervisor that forgets its restarts is caught', () => {
  const broken = supervisorModel('left alone', (state, event, shape) =>
    supervise({ ...state, restartsAtMs: [] }, event, shape),
  )
  assert.equal(explore(broken, 500_000).violation?.because, 'more restarts in a window than allowed')
})

test('a supervisor that never tries again after it held a service down is caught', () => {
  const broken = supervisorModel('left alone', (state, event, shape) =>
    event.kind === 'timer' && state.degraded
      ? [state, [{ kind: 'timer', inMs: 1 }]]
      : supervise(state, event, shape),
  )
  assert.equal(explore(broken, 500_000).violation?.because, 'no settled state can be reached any more')
})

test('a supervisor that starts a second thread is caught', () => {
  const broken = supervisorModel('left alone', (state, event, shape) =>
    supervise(
      event.kind === 'start' && state.phase === 'running' ? { ...state, phase: 'idle' } : state,
      event,
      shape,
    ),
  )
  assert.equal(explore(broken, 500_000).violation?.because, 'two threads at once')
})

test('a life that stops its services under a request is caught', () => {
  const broken = lifecycleModel((phase, event) =>
    lifecycle(phase, phase === 'Draining' && event === 'deadline' ? 'drained' : event),
  )
  assert.equal(explore(broken, 1_000).violation?.because, 'services stopped under a request')
})

test('a window that waits for too many events is caught', () => {
  const broken = subscriptionModel((consumed, window) => (consumed > window ? consumed : 0))
  assert.equal(explore(broken, 500_000).violation?.because, 'both sides wait for the other')
})
