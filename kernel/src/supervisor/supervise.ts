/**
 * The supervisor's decision for one service, as a pure function of state and event. It knows no threads and
 * no timers: it says what should happen, and `supervisor.ts` or the model checker makes it so.
 *
 *     idle ──start──► starting ──ready──► running
 *                        │ ▲                │
 *               exited   │ │ timer          │ exited
 *                        ▼ │                │
 *                      waiting ◄────────────┘      any ──stop──► stopping ──exited──► stopped
 *
 * More than `restartsMax` restarts within `windowMs` and the service is held down for a whole window and
 * said to be degraded; then it is tried again, for a node that never heals by itself needs a person at night.
 */

import { backoffMs, type BackoffShape } from './backoff.ts'

export interface SupervisionShape {
  readonly backoff: BackoffShape
  readonly restartsMax: number
  readonly windowMs: number
  /** A thread that has not reported ready by then is killed. */
  readonly startTimeoutMs: number
}

/** 100 ms doubling to 5 s; more than 5 restarts in 60 s is degraded. */
export const supervision: SupervisionShape = {
  backoff: { baseMs: 100, capMs: 5_000 },
  restartsMax: 5,
  windowMs: 60_000,
  startTimeoutMs: 10_000,
}

export interface Supervised {
  readonly phase: 'idle' | 'starting' | 'running' | 'waiting' | 'stopping' | 'stopped'
  /** It crashed too often and is held down, or tried again and not ready yet. */
  readonly degraded: boolean
  /** When it was started again, oldest first; only those within the window, so at most restartsMax + 1. */
  readonly restartsAtMs: readonly number[]
}

export type SupervisionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'exited'; readonly atMs: number; readonly because: string; readonly fraction: number }
  | { readonly kind: 'timer'; readonly atMs: number }
  /** The thread gets `graceMs` to stop. A second one sets the grace anew. */
  | { readonly kind: 'stop'; readonly graceMs: number }

export type SupervisionEffect =
  | { readonly kind: 'spawn' }
  /** Ask the thread to stop. */
  | { readonly kind: 'retire' }
  /** End the thread from outside. */
  | { readonly kind: 'kill'; readonly because: string }
  /** Replaces the timer set before. */
  | { readonly kind: 'timer'; readonly inMs: number }
  | { readonly kind: 'no-timer' }
  | { readonly kind: 'up' }
  | {
      readonly kind: 'down'
      readonly because: string
      readonly retryInMs: number
      readonly degraded: boolean
    }
  | { readonly kind: 'restarted' }
  /** It stopped as it was asked to; nothing happens any more. */
  | { readonly kind: 'ended' }

export const unsupervised: Supervised = {
  phase: 'idle',
  degraded: false,
  restartsAtMs: [],
}

type Step = readonly [Supervised, readonly SupervisionEffect[]]

export function supervise(state: Supervised, event: SupervisionEvent, shape: SupervisionShape): Step {
  switch (event.kind) {
    case 'start':
      return state.phase === 'idle' ? spawned(state, shape) : [state, []]
    case 'ready':
      if (state.phase !== 'starting') return [state, []]
      return [{ ...state, phase: 'running', degraded: false }, [{ kind: 'no-timer' }, { kind: 'up' }]]
    case 'exited':
      return exited(state, event, shape)
    case 'timer':
      return timedOut(state, event.atMs, shape)
    case 'stop':
      return stopped(state, event.graceMs)
  }
}

function exited(
  state: Supervised,
  { atMs, because, fraction }: Extract<SupervisionEvent, { kind: 'exited' }>,
  shape: SupervisionShape,
): Step {
  if (state.phase === 'stopping') return ended(state)
  if (state.phase !== 'running' && state.phase !== 'starting') return [state, []]
  const recent = state.restartsAtMs.filter((at) => atMs - at < shape.windowMs)
  const degraded = recent.length >= shape.restartsMax
  const retryInMs = degraded ? shape.windowMs : backoffMs(shape.backoff, recent.length, fraction)
  return [
    { ...state, phase: 'waiting', degraded, restartsAtMs: recent },
    [
      { kind: 'down', because, retryInMs, degraded },
      { kind: 'timer', inMs: retryInMs },
    ],
  ]
}

function timedOut(state: Supervised, atMs: number, shape: SupervisionShape): Step {
  switch (state.phase) {
    case 'starting':
      return [state, [{ kind: 'kill', because: 'it did not become ready in time' }]]
    case 'stopping':
      return [state, [{ kind: 'kill', because: 'it did not stop in time' }]]
    case 'waiting': {
      const [next, effects] = spawned({ ...state, restartsAtMs: [...state.restartsAtMs, atMs] }, shape)
      return [next, [{ kind: 'restarted' }, ...effects]]
    }
    case 'idle':
    case 'running':
    case 'stopped':
      return [state, []]
  }
}

function spawned(state: Supervised, shape: SupervisionShape): Step {
  return [{ ...state, phase: 'starting' }, [{ kind: 'spawn' }, { kind: 'timer', inMs: shape.startTimeoutMs }]]
}

function stopped(state: Supervised, graceMs: number): Step {
  switch (state.phase) {
    case 'starting':
    case 'running':
      return [
        { ...state, phase: 'stopping', degraded: false },
        [{ kind: 'retire' }, { kind: 'timer', inMs: graceMs }],
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
  return [{ ...state, phase: 'stopped', degraded: false }, [{ kind: 'no-timer' }, { kind: 'ended' }]]
}
