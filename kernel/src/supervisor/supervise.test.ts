import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  supervise,
  supervision,
  unsupervised,
  type Supervised,
  type SupervisionEffect,
  type SupervisionEvent,
  type SupervisionShape,
} from './supervise.ts'

const start: SupervisionEvent = { kind: 'start' }
const ready: SupervisionEvent = { kind: 'ready' }
const stop: SupervisionEvent = { kind: 'stop', graceMs: 2_000 }
const timer = (atMs: number): SupervisionEvent => ({ kind: 'timer', atMs })
const exited = (atMs: number, fraction = 0.5): SupervisionEvent => ({
  kind: 'exited',
  atMs,
  because: 'x',
  fraction,
})

/** Feeds events in turn; what comes back is the last state and the effects of the last event. */
function fed(...events: readonly SupervisionEvent[]): readonly [Supervised, readonly SupervisionEffect[]] {
  let [state, effects]: readonly [Supervised, readonly SupervisionEffect[]] = [unsupervised, []]
  for (const event of events) [state, effects] = supervise(state, event, supervision)
  return [state, effects]
}

/** Crashes a service that is up `times` times, each a second after it was started again. */
function crashes(times: number): readonly SupervisionEvent[] {
  const events: SupervisionEvent[] = [start, ready]
  for (let n = 0; n < times; n++) {
    if (n > 0) events.push(timer(1_000 * n - 500), ready)
    events.push(exited(1_000 * n))
  }
  return events
}

interface Row {
  readonly title: string
  readonly events: readonly SupervisionEvent[]
  readonly phase: Supervised['phase']
  readonly effects: readonly SupervisionEffect[]
}

const spawning: readonly SupervisionEffect[] = [{ kind: 'spawn' }, { kind: 'timer', inMs: 10_000 }]
const down = (retryInMs: number): readonly SupervisionEffect[] => [
  { kind: 'down', because: 'x', retryInMs, degraded: false },
  { kind: 'timer', inMs: retryInMs },
]
const ending: readonly SupervisionEffect[] = [{ kind: 'no-timer' }, { kind: 'ended' }]
const retiring: readonly SupervisionEffect[] = [{ kind: 'retire' }, { kind: 'timer', inMs: 2_000 }]

const rows: readonly Row[] = [
  {
    title: 'starting spawns a thread and sets its deadline',
    events: [start],
    phase: 'starting',
    effects: spawning,
  },
  { title: 'a second start changes nothing', events: [start, start], phase: 'starting', effects: [] },
  {
    title: 'a thread that is ready is up, and its deadline is taken off',
    events: [start, ready],
    phase: 'running',
    effects: [{ kind: 'no-timer' }, { kind: 'up' }],
  },
  {
    title: 'a thread that is not ready in time is killed, and its exit is waited for',
    events: [start, timer(10_000)],
    phase: 'starting',
    effects: [{ kind: 'kill', because: 'it did not become ready in time' }],
  },
  {
    title: 'a killed thread that is ready after all runs until its exit comes',
    events: [start, timer(10_000), ready],
    phase: 'running',
    effects: [{ kind: 'no-timer' }, { kind: 'up' }],
  },
  {
    title: 'the first crash is followed by a wait below the base',
    events: [start, ready, exited(0)],
    phase: 'waiting',
    effects: down(50),
  },
  {
    title: 'an exit before ready is a crash too',
    events: [start, exited(0)],
    phase: 'waiting',
    effects: down(50),
  },
  {
    title: 'after the wait it is started again, and said so',
    events: [start, exited(0), timer(50)],
    phase: 'starting',
    effects: [{ kind: 'restarted' }, ...spawning],
  },
  {
    title: 'each crash in the window doubles the longest wait',
    events: crashes(3),
    phase: 'waiting',
    effects: down(200),
  },
  {
    title: 'the fifth crash in the window is still an ordinary one',
    events: crashes(5),
    phase: 'waiting',
    effects: down(800),
  },
  {
    title:
      'a sixth restart in the window is not made: the service is held down for a whole window and degraded',
    events: crashes(6),
    phase: 'waiting',
    effects: [
      { kind: 'down', because: 'x', retryInMs: 60_000, degraded: true },
      { kind: 'timer', inMs: 60_000 },
    ],
  },
  {
    title: 'after it was held down it is tried again',
    events: [...crashes(6), timer(65_000)],
    phase: 'starting',
    effects: [{ kind: 'restarted' }, ...spawning],
  },
  {
    title: 'after a quiet window the wait is short again',
    events: [...crashes(5), timer(5_000), ready, exited(65_001)],
    phase: 'waiting',
    effects: down(50),
  },
  {
    title: 'stopping a running service retires it and sets the grace',
    events: [start, ready, stop],
    phase: 'stopping',
    effects: retiring,
  },
  {
    title: 'stopping a starting service does the same',
    events: [start, stop],
    phase: 'stopping',
    effects: retiring,
  },
  {
    title: 'a retired thread that reports ready is not up',
    events: [start, stop, ready],
    phase: 'stopping',
    effects: [],
  },
  {
    title: 'a thread that does not stop in its grace is killed',
    events: [start, ready, stop, timer(2_000)],
    phase: 'stopping',
    effects: [{ kind: 'kill', because: 'it did not stop in time' }],
  },
  {
    title: 'a second stop sets the grace anew',
    events: [start, ready, stop, { kind: 'stop', graceMs: 7 }],
    phase: 'stopping',
    effects: [{ kind: 'timer', inMs: 7 }],
  },
  {
    title: 'the exit of a retired thread is the end, not a crash',
    events: [start, ready, stop, exited(9)],
    phase: 'stopped',
    effects: ending,
  },
  {
    title: 'a service that waits to be restarted is stopped at once',
    events: [start, exited(0), stop],
    phase: 'stopped',
    effects: ending,
  },
  {
    title: 'a service that never started is stopped at once',
    events: [stop],
    phase: 'stopped',
    effects: ending,
  },
  { title: 'a stopped service is not started again', events: [stop, start], phase: 'stopped', effects: [] },
  {
    title: 'a timer that comes after the stop changes nothing',
    events: [start, exited(0), stop, timer(50)],
    phase: 'stopped',
    effects: [],
  },
]

for (const { title, events, phase, effects } of rows) {
  test(title, () => {
    const [state, last] = fed(...events)
    assert.equal(state.phase, phase)
    assert.deepEqual(last, effects)
  })
}

test('degraded lasts until the service is ready again or stopped', () => {
  const held = crashes(6)
  assert.equal(fed(...held)[0].degraded, true)
  assert.equal(fed(...held, timer(65_000))[0].degraded, true)
  assert.equal(fed(...held, timer(65_000), ready)[0].degraded, false)
  assert.equal(fed(...held, stop)[0].degraded, false)
  assert.equal(fed(...held, timer(65_000), stop)[0].degraded, false)
})

/** What a world around the supervisor may do next; the test keeps to what can happen. */
type Move = {
  readonly kind: 'ready' | 'exit' | 'pass' | 'stop'
  readonly fraction: number
  readonly ms: number
}

test('whatever happens and whenever, the supervisor keeps its promises', () => {
  const move: fc.Arbitrary<Move> = fc.record({
    kind: fc.constantFrom('ready', 'exit', 'exit', 'pass', 'pass', 'pass'),
    fraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    ms: fc.nat(90_000),
  })
  const stopAt = fc.option(fc.nat(200), { nil: -1 })
  fc.assert(
    fc.property(fc.array(move, { minLength: 1, maxLength: 200 }), stopAt, (moves, stopAt) => {
      const world = new World(supervision)
      world.feed(start)
      for (const [at, { kind, fraction, ms }] of moves.entries()) {
        if (at === stopAt) world.feed(stop)
        if (kind === 'ready' && world.alive) world.feed(ready)
        if (kind === 'exit' && world.alive) world.exit(fraction)
        if (kind === 'pass') world.pass(ms)
      }
    }),
    { numRuns: 500 },
  )
})

/** One thread and one timer, with the promises checked at every step. */
class World {
  readonly #shape: SupervisionShape
  #state = unsupervised
  #nowMs = 0
  #timerAtMs: number | null = null
  #restartsAtMs: number[] = []
  #killed = false
  alive = false

  constructor(shape: SupervisionShape) {
    this.#shape = shape
  }

  feed(event: SupervisionEvent): void {
    const before = this.#state
    const [state, effects] = supervise(before, event, this.#shape)
    this.#state = state
    for (const effect of effects) this.#apply(effect, event)
    this.#check(before)
  }

  exit(fraction: number): void {
    this.alive = false
    this.feed(exited(this.#nowMs, fraction))
  }

  pass(ms: number): void {
    const untilMs = this.#nowMs + ms
    if (this.#timerAtMs === null || this.#timerAtMs > untilMs) {
      this.#nowMs = untilMs
      return
    }
    this.#nowMs = this.#timerAtMs
    this.#timerAtMs = null
    this.feed(timer(this.#nowMs))
  }

  #apply(effect: SupervisionEffect, event: SupervisionEvent): void {
    if (effect.kind === 'spawn') {
      assert.equal(this.alive, false, 'never two threads of one service')
      this.alive = true
      this.#killed = false
    }
    if (effect.kind === 'restarted') this.#restartsAtMs.push(this.#nowMs)
    if (effect.kind === 'timer') this.#timerAtMs = this.#nowMs + effect.inMs
    if (effect.kind === 'no-timer') this.#timerAtMs = null
    if (effect.kind === 'kill') this.#killed = true
    if (effect.kind === 'kill' || effect.kind === 'retire') assert.equal(this.alive, true)
    if (effect.kind === 'down' && event.kind === 'exited') this.#checkWait(effect, event.fraction)
  }

  #checkWait(effect: Extract<SupervisionEffect, { kind: 'down' }>, fraction: number): void {
    const { backoff, restartsMax, windowMs } = this.#shape
    const recent = this.#restartsAtMs.filter((at) => this.#nowMs - at < windowMs).length
    assert.equal(effect.degraded, recent >= restartsMax)
    if (effect.degraded) return assert.equal(effect.retryInMs, windowMs)
    const longestMs = Math.min(backoff.capMs, backoff.baseMs * 2 ** recent)
    assert.equal(effect.retryInMs, Math.floor(fraction * longestMs))
  }

  #check(before: Supervised): void {
    const { phase, degraded, restartsAtMs } = this.#state
    const { restartsMax, windowMs } = this.#shape
    assert.ok(restartsAtMs.length <= restartsMax + 1)
    const recent = this.#restartsAtMs.filter((at) => this.#nowMs - at < windowMs)
    assert.ok(recent.length <= restartsMax, 'never more restarts in a window than allowed')
    assert.equal(this.alive, phase === 'starting' || phase === 'running' || phase === 'stopping')
    if (phase === 'waiting') assert.notEqual(this.#timerAtMs, null, 'a wait ends')
    if (phase === 'starting' || phase === 'stopping') assert.ok(this.#timerAtMs !== null || this.#killed)
    if (phase === 'running' || phase === 'stopped' || phase === 'idle') assert.equal(this.#timerAtMs, null)
    if (degraded) assert.ok(phase === 'waiting' || phase === 'starting')
    if (before.phase === 'stopped') assert.equal(phase, 'stopped')
  }
}
