import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cause } from './cause.ts'
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
const lost: SupervisionEvent = { kind: 'spare-lost' }
const look = (beats: number, sinceMs = 100): SupervisionEvent => ({ kind: 'look', beats, sinceMs })
const exited = (atMs: number, fraction = 0.5, cause: Cause = 'throw'): SupervisionEvent => ({
  kind: 'exited',
  atMs,
  cause,
  because: 'x',
  fraction,
})

/** Feeds events in turn; what comes back is the last state and the effects of the last event. */
function fed(...events: readonly SupervisionEvent[]): readonly [Supervised, readonly SupervisionEffect[]] {
  let [state, effects]: readonly [Supervised, readonly SupervisionEffect[]] = [unsupervised, []]
  for (const event of events) [state, effects] = supervise(state, event, supervision)
  return [state, effects]
}

/** Crashes a service `times` times before it has proven itself, each a second after the one before. */
function crashes(times: number): readonly SupervisionEvent[] {
  const events: SupervisionEvent[] = [start, ready]
  for (let n = 0; n < times; n++) {
    // The first is followed by a start at once, the others by one after their wait.
    if (n > 1) events.push(timer(1_000 * n - 500))
    if (n > 0) events.push(ready)
    events.push(exited(1_000 * n))
  }
  return events
}

/** Looks at a thread that beat once and then `silent` times not. */
function silence(silent: number, sinceMs = 100): readonly SupervisionEvent[] {
  return [look(7), ...Array.from({ length: silent }, () => look(7, sinceMs))]
}

interface Row {
  readonly title: string
  readonly events: readonly SupervisionEvent[]
  readonly phase: Supervised['phase']
  readonly effects: readonly SupervisionEffect[]
}

const spawning: readonly SupervisionEffect[] = [{ kind: 'spawn' }, { kind: 'timer', inMs: 10_000 }]
const down = (retryInMs: number, cause: Cause = 'throw'): readonly SupervisionEffect[] => [
  { kind: 'down', cause, because: 'x', retryInMs, degraded: false },
  ...(retryInMs > 0 ? [{ kind: 'timer', inMs: retryInMs } as const] : []),
]
const restarting: readonly SupervisionEffect[] = [{ kind: 'restarted' }, ...spawning]
const killing = (cause: Cause, because: string): readonly SupervisionEffect[] => [
  { kind: 'cut', because },
  { kind: 'kill', cause, because },
  { kind: 'timer', inMs: 5_000 },
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
    title: 'a thread made ahead of the start is a spare, and the start takes it',
    events: [{ kind: 'warm' }],
    phase: 'idle',
    effects: [{ kind: 'prepare-spare' }],
  },
  {
    title: 'a second warming changes nothing',
    events: [{ kind: 'warm' }, { kind: 'warm' }],
    phase: 'idle',
    effects: [],
  },
  {
    title: 'a thread that is ready is up, and has yet to prove itself',
    events: [start, ready],
    phase: 'running',
    effects: [{ kind: 'timer', inMs: 500 }, { kind: 'up' }],
  },
  {
    title: 'a thread that was up for long enough gets a spare',
    events: [start, ready, timer(500)],
    phase: 'running',
    effects: [{ kind: 'prepare-spare' }],
  },
  {
    title: 'the next thread is the spare, has to prove itself anew, and has a spare at once',
    events: [start, ready, timer(500), exited(600), ready],
    phase: 'running',
    effects: [{ kind: 'timer', inMs: 500 }, { kind: 'up' }, { kind: 'prepare-spare' }],
  },
  {
    title: 'the spare that is there when a thread has proven itself is the only one',
    events: [start, ready, timer(500), exited(600), ready, timer(1_100)],
    phase: 'running',
    effects: [],
  },
  {
    title: 'a spare that is lost before its thread has proven itself is made again when it has',
    events: [start, ready, timer(500), exited(600), ready, lost],
    phase: 'running',
    effects: [],
  },
  {
    title: 'a spare that is lost is made again after a while',
    events: [start, ready, timer(500), lost],
    phase: 'running',
    effects: [{ kind: 'timer', inMs: 5_000 }],
  },
  {
    title: 'a thread that is not ready in time is killed as a slow start, and its exit is waited for',
    events: [start, timer(10_000)],
    phase: 'ending',
    effects: killing('slow-start', 'it was not ready within 10000 ms'),
  },
  {
    title: 'a killed thread that is ready after all is not up',
    events: [start, timer(10_000), ready],
    phase: 'ending',
    effects: [],
  },
  {
    title: 'a slow start is not tried again at once',
    events: [start, timer(10_000), exited(10_001, 0.5, 'slow-start')],
    phase: 'waiting',
    effects: down(50, 'slow-start'),
  },
  {
    title: 'after a slow start the next one gets twice the time',
    events: [start, timer(10_000), exited(10_001, 0.5, 'slow-start'), timer(10_051)],
    phase: 'starting',
    effects: [{ kind: 'restarted' }, { kind: 'spawn' }, { kind: 'timer', inMs: 20_000 }],
  },
  {
    title: 'a beat is a sign of life',
    events: [start, ready, ...silence(9), look(8), ...silence(9)],
    phase: 'running',
    effects: [],
  },
  {
    title: 'a thread without a beat for too long is cut off and killed',
    events: [start, ready, ...silence(10)],
    phase: 'ending',
    effects: killing('hang', 'its event loop has stood still for 1000 ms'),
  },
  {
    title: 'looks of a kernel that lags count for no more than looks on time',
    events: [start, ready, ...silence(9, 30_000)],
    phase: 'running',
    effects: [],
  },
  {
    title: 'a thread that starts is not asked for beats',
    events: [start, ...silence(100)],
    phase: 'starting',
    effects: [],
  },
  {
    title: 'a hung thread is replaced when it is gone',
    events: [start, ready, ...silence(10), exited(2_000, 0.5, 'hang')],
    phase: 'starting',
    effects: [...down(0, 'hang'), ...restarting],
  },
  {
    title: 'a killed thread that is still there is said to be stuck, and not replaced',
    events: [start, ready, ...silence(10), timer(6_000)],
    phase: 'ending',
    effects: [{ kind: 'stuck' }],
  },
  {
    title: 'a stuck thread is replaced once it is gone',
    events: [start, ready, ...silence(10), timer(6_000), exited(90_000, 0.5, 'hang')],
    phase: 'starting',
    effects: [...down(0, 'hang'), ...restarting],
  },
  {
    title: 'after the first failure the next thread starts at once, and that is said',
    events: [start, ready, exited(0)],
    phase: 'starting',
    effects: [...down(0), ...restarting],
  },
  {
    title: 'an exit before ready is a failure too',
    events: [start, exited(0)],
    phase: 'starting',
    effects: [...down(0), ...restarting],
  },
  {
    title: 'the second failure in the window is followed by a wait below the base',
    events: crashes(2),
    phase: 'waiting',
    effects: down(50),
  },
  {
    title: 'after the wait it is started again, and said so',
    events: [...crashes(2), timer(1_050)],
    phase: 'starting',
    effects: restarting,
  },
  {
    title: 'each further failure in the window doubles the longest wait',
    events: crashes(4),
    phase: 'waiting',
    effects: down(200),
  },
  {
    title: 'the fifth failure in the window is still an ordinary one',
    events: crashes(5),
    phase: 'waiting',
    effects: down(400),
  },
  {
    title:
      'a sixth restart in the window is not made: the service is held down for a whole window and degraded',
    events: crashes(6),
    phase: 'waiting',
    effects: [
      { kind: 'down', cause: 'throw', because: 'x', retryInMs: 60_000, degraded: true },
      { kind: 'timer', inMs: 60_000 },
    ],
  },
  {
    title: 'after it was held down it is tried again',
    events: [...crashes(6), timer(65_000)],
    phase: 'starting',
    effects: restarting,
  },
  {
    title: 'after a quiet window nothing is waited for',
    events: [...crashes(5), timer(5_000), ready, exited(65_001)],
    phase: 'starting',
    effects: [...down(0), ...restarting],
  },
  {
    title: 'after a thread that proved itself nothing is waited for, however many failed before',
    events: [...crashes(5), timer(5_000), ready, timer(5_500), exited(5_501)],
    phase: 'starting',
    effects: [...down(0), ...restarting],
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
    effects: [
      { kind: 'kill', cause: 'hang', because: 'it did not stop in time' },
      { kind: 'timer', inMs: 5_000 },
    ],
  },
  {
    title: 'a thread that cannot even be killed keeps no node from stopping',
    events: [start, ready, stop, timer(2_000), timer(7_000)],
    phase: 'stopped',
    effects: [{ kind: 'stuck' }, ...ending],
  },
  {
    title: 'stopping ends the spare too',
    events: [start, ready, timer(500), stop],
    phase: 'stopping',
    effects: [{ kind: 'end-spare' }, ...retiring],
  },
  {
    title: 'stopping a service whose thread was made ahead ends that',
    events: [{ kind: 'warm' }, stop],
    phase: 'stopped',
    effects: [{ kind: 'end-spare' }, ...ending],
  },
  {
    title: 'a hung thread that is stopped is waited for no longer than its grace',
    events: [start, ready, ...silence(10), stop],
    phase: 'stopping',
    effects: retiring,
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
    title: 'a service that waits to be restarted is stopped at once, and its spare with it',
    events: [...crashes(2), stop],
    phase: 'stopped',
    effects: [{ kind: 'end-spare' }, ...ending],
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
    events: [...crashes(2), stop, timer(50)],
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

test('without a spare to keep, a thread that has proven itself has nothing more to do', () => {
  const [state] = fed(start, ready)
  const [proven, effects] = supervise(state, timer(500), { ...supervision, spares: false })
  assert.deepEqual([proven.phase, proven.spare, effects], ['running', false, []])
})

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
  readonly kind: 'ready' | 'exit' | 'pass' | 'silence' | 'lose spare'
  readonly fraction: number
  readonly ms: number
}

test('whatever happens and whenever, the supervisor keeps its promises', () => {
  const move: fc.Arbitrary<Move> = fc.record({
    kind: fc.constantFrom('ready', 'exit', 'exit', 'pass', 'pass', 'pass', 'silence', 'lose spare'),
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
        if (kind === 'silence' && world.alive) for (const event of silence(10)) world.feed(event)
        if (kind === 'lose spare' && world.spare) world.loseSpare()
      }
    }),
    { numRuns: 500 },
  )
})

/** One thread, one spare and one timer, with the promises checked at every step. */
class World {
  readonly #shape: SupervisionShape
  #state = unsupervised
  #nowMs = 0
  #timerAtMs: number | null = null
  #restartsAtMs: number[] = []
  #killed = false
  alive = false
  spare = false

  constructor(shape: SupervisionShape) {
    this.#shape = shape
  }

  feed(event: SupervisionEvent): void {
    const before = this.#state
    const [state, effects] = supervise(before, event, this.#shape)
    this.#state = state
    if (event.kind === 'timer' && before.phase === 'running') this.#restartsAtMs = []
    for (const effect of effects) this.#apply(effect, event)
    this.#check(before)
  }

  exit(fraction: number): void {
    this.alive = false
    this.feed(exited(this.#nowMs, fraction))
  }

  loseSpare(): void {
    this.spare = false
    this.feed(lost)
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
    if (effect.kind === 'spawn' || effect.kind === 'end-spare') this.spare = false
    if (effect.kind === 'prepare-spare') this.spare = true
    if (effect.kind === 'restarted') this.#restartsAtMs.push(this.#nowMs)
    if (effect.kind === 'timer') this.#timerAtMs = this.#nowMs + effect.inMs
    if (effect.kind === 'no-timer') this.#timerAtMs = null
    if (effect.kind === 'kill') this.#killed = true
    if (effect.kind === 'ended') this.alive = false
    if (effect.kind === 'kill' || effect.kind === 'retire') assert.equal(this.alive, true)
    if (effect.kind === 'down' && event.kind === 'exited') this.#checkWait(effect, event.fraction)
  }

  #checkWait(effect: Extract<SupervisionEffect, { kind: 'down' }>, fraction: number): void {
    const { backoff, restartsMax, windowMs } = this.#shape
    const recent = this.#restartsAtMs.filter((at) => this.#nowMs - at < windowMs).length
    assert.equal(effect.degraded, recent >= restartsMax)
    if (effect.degraded) return assert.equal(effect.retryInMs, windowMs)
    const longestMs = recent === 0 ? 0 : Math.min(backoff.capMs, backoff.baseMs * 2 ** (recent - 1))
    assert.equal(effect.retryInMs, Math.floor(fraction * longestMs))
  }

  #check(before: Supervised): void {
    const { phase, degraded, restartsAtMs } = this.#state
    const { restartsMax, windowMs } = this.#shape
    assert.ok(restartsAtMs.length <= restartsMax + 1)
    const recent = this.#restartsAtMs.filter((at) => this.#nowMs - at < windowMs)
    assert.ok(recent.length <= restartsMax, 'never more restarts in a window than allowed')
    assert.equal(this.alive, ['starting', 'running', 'ending', 'stopping'].includes(phase))
    assert.equal(this.spare, this.#state.spare)
    if (phase === 'waiting') assert.notEqual(this.#timerAtMs, null, 'a wait ends')
    if (phase === 'starting' || phase === 'stopping') assert.ok(this.#timerAtMs !== null || this.#killed)
    if (phase === 'stopped' || phase === 'idle') assert.equal(this.#timerAtMs, null)
    if (degraded) assert.ok(['waiting', 'starting', 'ending'].includes(phase))
    if (before.phase === 'stopped') assert.equal(phase, 'stopped')
  }
}
