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

type Supervise = typeof supervise

/** The supervisor with some of its effects left out. */
const without =
  (...kinds: readonly string[]): Supervise =>
  (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [next, effects.filter(({ kind }) => !kinds.includes(kind))]
  }

const supervisorMutants: readonly (readonly [what: string, fault: string, decide: Supervise])[] = [
  ['forgets to set its timers', 'starting without a deadline', without('timer')],
  ['does not cut off what it kills', 'ending, but said to be up', without('cut')],
  ['does not say that a service is down', 'starting, but said to be up', without('down')],
  ['does not kill what hangs', 'called stuck before it was killed', without('kill')],
  ['leaves its spare behind', 'a spare is forgotten', without('end-spare')],
  [
    'forgets its restarts',
    'more restarts in a window than allowed',
    (state, event, shape) => supervise({ ...state, restartsAtMs: [] }, event, shape),
  ],
  [
    'never forgets a restart',
    'a first failure waited',
    (state, event, shape) => {
      const [next, effects] = supervise(state, event, shape)
      const proof = event.kind === 'timer' && state.phase === 'running'
      return [proof ? { ...next, restartsAtMs: state.restartsAtMs } : next, effects]
    },
  ],
  [
    'waits after every failure',
    'a first failure waited',
    (state, event, shape) =>
      supervise(state, event.kind === 'exited' ? { ...event, cause: 'slow-start' } : event, shape),
  ],
  [
    'never tries again after it held a service down',
    'no settled state can be reached any more',
    (state, event, shape) =>
      event.kind === 'timer' && state.phase === 'waiting' && state.degraded
        ? [state, [{ kind: 'timer', inMs: 1 }]]
        : supervise(state, event, shape),
  ],
  [
    'starts a second thread',
    'two threads at once',
    (state, event, shape) => {
      const again = event.kind === 'start' && state.phase === 'running'
      return supervise(again ? { ...state, phase: 'idle' } : state, event, shape)
    },
  ],
  [
    'replaces a thread that it cannot end',
    'two threads at once',
    (state, event, shape) =>
      event.kind === 'timer' && state.phase === 'ending'
        ? supervise({ ...state, phase: 'waiting' }, event, shape)
        : supervise(state, event, shape),
  ],
  [
    'takes its own lag for a hang',
    'killed a thread that beats',
    (state, event, shape) => supervise(state, event, { ...shape, lookMs: Number.POSITIVE_INFINITY }),
  ],
  [
    'looks and sees nothing',
    'a hung thread is left in its place',
    (state, event, shape) => (event.kind === 'look' ? [state, []] : supervise(state, event, shape)),
  ],
]

for (const [what, fault, decide] of supervisorMutants) {
  test(`a supervisor that ${what} is caught`, () => {
    const [stoppable, leftAlone] = (['stoppable', 'left alone'] as const).map(
      (operator) => explore(supervisorModel(operator, decide), 500_000).violation?.because,
    )
    assert.equal(stoppable ?? leftAlone, fault)
  })
}

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
