/**
 * The supervisor of one service against every behaviour of its thread, its timers and its operator, in any
 * order and at any time of a coarse grid. Now is always zero and what is past the window counts as just
 * past, so time may go on for ever and the states stay few.
 */

import { supervise, unsupervised } from '@ron/kernel/supervisor/supervise'
import type {
  Supervised,
  SupervisionEffect,
  SupervisionEvent,
  SupervisionShape,
} from '@ron/kernel/supervisor/supervise'
import type { Model } from '../explore.ts'

const backoff = { baseMs: 1, capMs: 3 }
const shape: SupervisionShape = { backoff, restartsMax: 3, windowMs: 8, startTimeoutMs: 3 }
const fractions = [0, 0.5, 0.99]
const graceMs = 2
const nowMs = 0

interface World {
  readonly supervised: Supervised
  readonly timerInMs: number | null
  readonly thread: 'none' | 'starting' | 'ready'
  readonly killed: boolean
  /** Whether users of the service were told that it is up. */
  readonly up: boolean
  /** Every restart within the window, as an onlooker counts them. */
  readonly restartsAtMs: readonly number[]
  readonly wrong: string | null
}

type Happening = SupervisionEvent | { readonly kind: 'tick' }

/** Left alone, the service must be able to come back from anywhere; stoppable, it must be able to end. */
export function supervisorModel(
  operator: 'left alone' | 'stoppable',
  decide = supervise,
): Model<World, Happening> {
  return {
    name: `supervisor ${operator}`,
    initial: {
      supervised: unsupervised,
      timerInMs: null,
      thread: 'none',
      killed: false,
      up: false,
      restartsAtMs: [],
      wrong: null,
    },
    events: ({ thread, timerInMs }) => [
      { kind: 'tick' },
      { kind: 'start' },
      ...(operator === 'stoppable' ? [{ kind: 'stop', graceMs } as const] : []),
      ...(timerInMs === 0 ? [{ kind: 'timer', atMs: nowMs } as const] : []),
      ...(thread === 'starting' ? [{ kind: 'ready' } as const] : []),
      ...(thread === 'none' ? [] : fractions.map(exit)),
    ],
    step(world, event) {
      if (event.kind === 'tick') return later(world)
      const [supervised, effects] = decide(world.supervised, event, shape)
      return effects.reduce(carriedOut, { ...happened(world, event), supervised })
    },
    invariant,
    settled: ({ supervised: { phase } }) => phase === (operator === 'stoppable' ? 'stopped' : 'running'),
  }
}

function exit(fraction: number): SupervisionEvent {
  return { kind: 'exited', atMs: nowMs, because: '', fraction }
}

function later(world: World): World {
  const { supervised, timerInMs, restartsAtMs } = world
  const aged = supervised.restartsAtMs.map((at) => Math.max(at - 1, -shape.windowMs))
  return {
    ...world,
    supervised: { ...supervised, restartsAtMs: aged },
    timerInMs: timerInMs === null ? null : Math.max(timerInMs - 1, 0),
    restartsAtMs: restartsAtMs.map((at) => at - 1).filter((at) => nowMs - at < shape.windowMs),
  }
}

function happened(world: World, event: SupervisionEvent): World {
  if (event.kind === 'ready') return { ...world, thread: 'ready' }
  if (event.kind === 'exited') return { ...world, thread: 'none', killed: false }
  return event.kind === 'timer' ? { ...world, timerInMs: null } : world
}

function carriedOut(world: World, effect: SupervisionEffect): World {
  const gone = world.thread === 'none'
  switch (effect.kind) {
    case 'spawn':
      return { ...world, thread: 'starting', wrong: gone ? null : 'two threads at once' }
    case 'kill':
      return { ...world, killed: true, wrong: gone ? 'killed a thread that is gone' : null }
    case 'timer':
      return { ...world, timerInMs: effect.inMs }
    case 'no-timer':
      return { ...world, timerInMs: null }
    case 'up':
      return { ...world, up: true }
    case 'down':
    case 'ended':
      return { ...world, up: false }
    case 'restarted':
      return { ...world, restartsAtMs: [...world.restartsAtMs, nowMs] }
    case 'retire':
      return world
  }
}

function invariant({ supervised, timerInMs, thread, killed, up, restartsAtMs, wrong }: World): string | null {
  const { phase, degraded } = supervised
  const alive = thread !== 'none'
  const watched = timerInMs !== null || killed
  if (wrong !== null) return wrong
  if (alive !== ['starting', 'running', 'stopping'].includes(phase)) return `${phase} with thread ${thread}`
  if (phase === 'waiting' && timerInMs === null) return 'waiting without a timer'
  if ((phase === 'starting' || phase === 'stopping') && !watched) return `${phase} without a deadline`
  if (phase === 'running' && !(up && thread === 'ready')) return 'running, but nobody may use it'
  if (phase !== 'running' && phase !== 'stopping' && up) return `${phase}, but said to be up`
  if (degraded && phase !== 'waiting' && phase !== 'starting') return `degraded while ${phase}`
  if (restartsAtMs.length > shape.restartsMax) return 'more restarts in a window than allowed'
  return supervised.restartsAtMs.length > shape.restartsMax + 1 ? 'the memory of restarts grows' : null
}
