/**
 * The supervisor's decision for one service, as a pure function of state and event. It knows no threads and
 * no timers: it says what should happen, and `supervisor.ts` or the model checker makes it so.
 *
 *     idle ──start──► starting ──ready──► running        any ──stop──► stopping ──exited──► stopped
 *                      ▲   │  │            │   │
 *       timer, or at   │   │  └─too slow─┐ │   └─exited───┐
 *     once after a     │   │             ▼ ▼ hangs        │
 *     first failure    │   └─exited─┐  ending             │
 *                      │            ▼    │ exited         │
 *                      └───────── waiting ◄───────────────┘
 *
 * Waiting serves crash loops only. A thread that was up for `provenMs` has proven itself: what failed before
 * is forgotten, and should it fall, the next one starts at once, on the spare that was made ready meanwhile. A
 * spare is made as soon as one was needed; the first waits for the proof, so that a node does not start twice
 * the threads it can do with.
 * From the second failure within the window on, full-jitter backoff. More than `restartsMax` restarts that
 * proved nothing, and the service is held down for a whole window and said to be degraded; then it is tried
 * again, for a node that never heals by itself needs a person at night.
 *
 * A thread that hangs is told by its beats, which it counts while its event loop turns. A look that comes late
 * counts for no more than one on time, so a busy kernel never takes its own lag for a hung service. A thread
 * that starts has a deadline instead, since a replay may keep its loop; one that was too slow gets twice the
 * time at its next try, or a journal that has grown would never be replayed.
 */

import { backoffMs, type BackoffShape } from './backoff.ts'
import type { Cause, Failure } from './cause.ts'

export interface SupervisionShape {
  readonly backoff: BackoffShape
  readonly restartsMax: number
  readonly windowMs: number
  /** A thread that has not reported ready by then is killed. Doubles with each in a row, up to eightfold. */
  readonly startTimeoutMs: number
  /** Up for this long, a thread has proven itself. */
  readonly provenMs: number
  /** Whether a second thread is kept ready to take over; it costs memory. */
  readonly spares: boolean
  /** Between two looks at a running thread's beats. */
  readonly lookMs: number
  /** A thread without a beat for this long is killed. */
  readonly hangAfterMs: number
  /** How long a thread that was killed may take to be gone before that is said. */
  readonly endMs: number
}

/** Backoff 100 ms doubling to 5 s; more than 5 restarts in 60 s is degraded. */
export const supervision: SupervisionShape = {
  backoff: { baseMs: 100, capMs: 5_000 },
  restartsMax: 5,
  windowMs: 60_000,
  startTimeoutMs: 10_000,
  provenMs: 500,
  spares: true,
  lookMs: 100,
  hangAfterMs: 1_000,
  endMs: 5_000,
}

const startDoublingsMax = 3

export interface Supervised {
  readonly phase: 'idle' | 'starting' | 'running' | 'ending' | 'waiting' | 'stopping' | 'stopped'
  /** It failed too often and is held down, or tried again and not ready yet; or its thread cannot be ended. */
  readonly degraded: boolean
  /**
   * When it was started again, oldest first; only those within the window and after the last thread that proved
   * itself, so at most restartsMax + 1.
   */
  readonly restartsAtMs: readonly number[]
  /** Starts in a row that took too long. */
  readonly slowStarts: number
  /** A second thread is there, its code loaded, its service not started. */
  readonly spare: boolean
  /** Its thread was ended from outside; only its exit is missing. */
  readonly killed: boolean
  /** The counter as it was last seen, and for how long it has not changed. */
  readonly heart: { readonly beats: number; readonly silentMs: number }
}

export type SupervisionEvent =
  /** Make the first thread ahead of the start. */
  | { readonly kind: 'warm' }
  | { readonly kind: 'start' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'look'; readonly beats: number; readonly sinceMs: number }
  /** It will never run again, whether the system has taken it down already or not. */
  | ({ readonly kind: 'exited'; readonly atMs: number; readonly fraction: number } & Failure)
  | { readonly kind: 'spare-lost' }
  | { readonly kind: 'timer'; readonly atMs: number }
  /** The thread gets `graceMs` to stop. A second one sets the grace anew. */
  | { readonly kind: 'stop'; readonly graceMs: number }

export type SupervisionEffect =
  /** Let a thread start its service: the spare if there is one, else a new one. */
  | { readonly kind: 'spawn' }
  | { readonly kind: 'prepare-spare' }
  | { readonly kind: 'end-spare' }
  /** Ask the thread to stop. */
  | { readonly kind: 'retire' }
  /** End the thread from outside. */
  | ({ readonly kind: 'kill' } & Failure)
  /** Replaces the timer set before. */
  | { readonly kind: 'timer'; readonly inMs: number }
  | { readonly kind: 'no-timer' }
  | { readonly kind: 'up' }
  /** Nobody may use it any more, though its thread is not gone yet. */
  | { readonly kind: 'cut'; readonly because: string }
  /** A thread that was killed is still there. It is not replaced: two would share what the service keeps. */
  | { readonly kind: 'stuck' }
  | ({ readonly kind: 'down'; readonly retryInMs: number; readonly degraded: boolean } & Failure)
  | { readonly kind: 'restarted' }
  /** It stopped as it was asked to; nothing happens any more. */
  | { readonly kind: 'ended' }

export const unsupervised: Supervised = {
  phase: 'idle',
  degraded: false,
  restartsAtMs: [],
  slowStarts: 0,
  spare: false,
  killed: false,
  heart: { beats: 0, silentMs: 0 },
}

type Step = readonly [Supervised, readonly SupervisionEffect[]]
type EventOf<Kind extends SupervisionEvent['kind']> = Extract<SupervisionEvent, { kind: Kind }>

export function supervise(state: Supervised, event: SupervisionEvent, shape: SupervisionShape): Step {
  switch (event.kind) {
    case 'warm':
      return state.phase === 'idle' ? spareMade(state) : [state, []]
    case 'start':
      return state.phase === 'idle' ? spawned(state, shape) : [state, []]
    case 'ready':
      return state.phase === 'starting' ? risen(state, shape) : [state, []]
    case 'look':
      return state.phase === 'running' ? looked(state, event, shape) : [state, []]
    case 'exited':
      return exited(state, event, shape)
    case 'spare-lost':
      return spareLost(state, shape)
    case 'timer':
      return timedOut(state, event.atMs, shape)
    case 'stop':
      return stopped(state, event.graceMs)
  }
}

function risen(state: Supervised, shape: SupervisionShape): Step {
  const heart = { beats: state.heart.beats, silentMs: 0 }
  const running: Supervised = { ...state, phase: 'running', degraded: false, slowStarts: 0, heart }
  const [next, effects] = onTrial(state) ? withSpare(running, shape) : [running, []]
  return [next, [{ kind: 'timer', inMs: shape.provenMs }, { kind: 'up' }, ...effects]]
}

function looked(state: Supervised, { beats, sinceMs }: EventOf<'look'>, shape: SupervisionShape): Step {
  if (beats !== state.heart.beats) return [{ ...state, heart: { beats, silentMs: 0 } }, []]
  const silentMs = state.heart.silentMs + Math.min(sinceMs, shape.lookMs)
  const next = { ...state, heart: { beats, silentMs } }
  if (silentMs < shape.hangAfterMs) return [next, []]
  return killed(next, 'hang', `its event loop has stood still for ${Math.round(silentMs)} ms`, shape)
}

/** The breaker opens at once, whenever the thread is gone. */
function killed(state: Supervised, cause: Cause, because: string, { endMs }: SupervisionShape): Step {
  return [
    { ...state, phase: 'ending', killed: true },
    [
      { kind: 'cut', because },
      { kind: 'kill', cause, because },
      { kind: 'timer', inMs: endMs },
    ],
  ]
}

function exited(
  state: Supervised,
  { atMs, cause, because, fraction }: EventOf<'exited'>,
  shape: SupervisionShape,
): Step {
  if (state.phase === 'stopping') return ended(state)
  if (!['starting', 'running', 'ending'].includes(state.phase)) return [state, []]
  const slow = cause === 'slow-start'
  const recent = state.restartsAtMs.filter((at) => atMs - at < shape.windowMs)
  const degraded = recent.length >= shape.restartsMax
  const retryInMs = degraded ? shape.windowMs : waitMs(recent.length, slow, fraction, shape)
  const down: SupervisionEffect = { kind: 'down', cause, because, retryInMs, degraded }
  const slowStarts = Math.min(state.slowStarts + Number(slow), startDoublingsMax)
  const gone: Supervised = { ...state, phase: 'waiting', degraded, restartsAtMs: recent, slowStarts }
  if (retryInMs > 0) return [gone, [down, { kind: 'timer', inMs: retryInMs }]]
  const [next, effects] = restarted(gone, atMs, shape)
  return [next, [down, ...effects]]
}

/** Nothing for the first failure, unless the start itself was too slow: trying that again at once would be too. */
function waitMs(
  failedBefore: number,
  slow: boolean,
  fraction: number,
  { backoff }: SupervisionShape,
): number {
  const attempt = failedBefore - (slow ? 0 : 1)
  return attempt < 0 ? 0 : backoffMs(backoff, attempt, fraction)
}

function timedOut(state: Supervised, atMs: number, shape: SupervisionShape): Step {
  switch (state.phase) {
    case 'starting': {
      const because = `it was not ready within ${startDeadlineMs(state, shape)} ms`
      return killed(state, 'slow-start', because, shape)
    }
    case 'running':
      return withSpare({ ...state, restartsAtMs: [] }, shape)
    case 'ending':
      return [{ ...state, degraded: true }, [{ kind: 'stuck' }]]
    case 'stopping':
      return stopTimedOut(state, shape)
    case 'waiting':
      return restarted(state, atMs, shape)
    case 'idle':
    case 'stopped':
      return [state, []]
  }
}

/** A thread that cannot be ended keeps no node from stopping. */
function stopTimedOut(state: Supervised, { endMs }: SupervisionShape): Step {
  if (state.killed) {
    const [next, effects] = ended(state)
    return [next, [{ kind: 'stuck' }, ...effects]]
  }
  return [
    { ...state, killed: true },
    [
      { kind: 'kill', cause: 'hang', because: 'it did not stop in time' },
      { kind: 'timer', inMs: endMs },
    ],
  ]
}

function restarted(state: Supervised, atMs: number, shape: SupervisionShape): Step {
  const [next, effects] = spawned({ ...state, restartsAtMs: [...state.restartsAtMs, atMs] }, shape)
  return [next, [{ kind: 'restarted' }, ...effects]]
}

function spawned(state: Supervised, shape: SupervisionShape): Step {
  return [
    { ...state, phase: 'starting', spare: false, killed: false },
    [{ kind: 'spawn' }, { kind: 'timer', inMs: startDeadlineMs(state, shape) }],
  ]
}

function startDeadlineMs({ slowStarts }: Supervised, { startTimeoutMs }: SupervisionShape): number {
  return startTimeoutMs * 2 ** slowStarts
}

function withSpare(state: Supervised, { spares }: SupervisionShape): Step {
  return spares ? spareMade(state) : [state, []]
}

function spareMade(state: Supervised): Step {
  return state.spare ? [state, []] : [{ ...state, spare: true }, [{ kind: 'prepare-spare' }]]
}

/**
 * A spare that cannot live is tried again after a while; a running service does not depend on it. One that has
 * yet to prove itself gets another when it has.
 */
function spareLost(state: Supervised, { backoff }: SupervisionShape): Step {
  const retry: SupervisionEffect = { kind: 'timer', inMs: backoff.capMs }
  return [{ ...state, spare: false }, state.phase === 'running' && !onTrial(state) ? [retry] : []]
}

/** Whether it was restarted and has not proven itself since. */
function onTrial({ restartsAtMs }: Supervised): boolean {
  return restartsAtMs.length > 0
}

function stopped(state: Supervised, graceMs: number): Step {
  switch (state.phase) {
    case 'starting':
    case 'running':
    case 'ending':
      return [
        { ...state, phase: 'stopping', degraded: false, spare: false },
        [...spareEnded(state), { kind: 'retire' }, { kind: 'timer', inMs: graceMs }],
      ]
    case 'stopping':
      return [state, [{ kind: 'timer', inMs: graceMs }]]
    case 'idle':
    case 'waiting':
      return ended(state)
    case 'stopped':
      return [state, []]
  }
}

function ended(state: Supervised): Step {
  return [
    { ...state, phase: 'stopped', degraded: false, spare: false },
    [...spareEnded(state), { kind: 'no-timer' }, { kind: 'ended' }],
  ]
}

function spareEnded({ spare }: Supervised): readonly SupervisionEffect[] {
  return spare ? [{ kind: 'end-spare' }] : []
}
