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
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

const shapes: Readonly<Record<Scale, SupervisionShape>> = {
  short: { backoff: { baseMs: 1, capMs: 3 }, restartsMax: 3, windowMs: 8, startTimeoutMs: 3 },
  deep: { backoff: { baseMs: 1, capMs: 6 }, restartsMax: 4, windowMs: 12, startTimeoutMs: 5 },
}
const fractions = [0, 0.5, 0.99]
const graceMs = 2
const nowMs = 0

interface World {
  readonly supervised: Supervised
  readonly timerInMs: number | null
  readonly thread: 'none' | 'starting' | 'ready'
  /** What was done to the thread that is there. */
  readonly retired: boolean
  readonly killed: boolean
  /** Whether users of the service were told that it is up. */
  readonly up: boolean
  readonly ended: number
  /** Every restart within the window, as an onlooker counts them. */
  readonly restartsAtMs: readonly number[]
  readonly twoThreads: boolean
  readonly killedNobody: boolean
  /** The operator said stop, and whether a thread was made after that. */
  readonly told: boolean
  readonly startedAfterAll: boolean
}

type Happening = SupervisionEvent | { readonly kind: 'tick' }

type Decide = typeof supervise
type Operator = 'absent' | 'present'

/** Left alone, the service must be able to come back from anywhere. */
export const supervisorAlone = subject({
  name: 'supervisor-left-alone',
  machine: supervise,
  model: (decide: Decide, scale) => supervisorModel('absent', decide, scale),
  mutants: {
    'forgets to set its timer': without('timer', 'exited'),
    'forgets its restarts': (state, event, shape) => supervise({ ...state, restartsAtMs: [] }, event, shape),
    'never tries again after it held a service down': (state, event, shape) =>
      event.kind === 'timer' && state.degraded
        ? [state, [{ kind: 'timer', inMs: 1 }]]
        : supervise(state, event, shape),
    'starts a second thread': (state, event, shape) =>
      supervise(
        event.kind === 'start' && state.phase === 'running' ? { ...state, phase: 'idle' } : state,
        event,
        shape,
      ),
    'counts a restart twice as old as it is': (state, event, shape) =>
      supervise({ ...state, restartsAtMs: state.restartsAtMs.map((at) => at * 2) }, event, shape),
    'never forgets a restart': (state, event, shape) => {
      const [next, effects] = supervise(state, event, shape)
      const kept = event.kind === 'exited' ? state.restartsAtMs : next.restartsAtMs
      return [{ ...next, restartsAtMs: kept }, effects]
    },
    'does not say that a service is down': without('down', 'exited'),
    'does not say that a service is up': without('up', 'ready'),
    'starts without a deadline': without('timer', 'timer'),
    'does not kill what starts too slowly': without('kill', 'timer'),
    'leaves the deadline of the start running': without('no-timer', 'ready'),
    'stays degraded once it is ready': (state, event, shape) => {
      const [next, effects] = supervise(state, event, shape)
      return [{ ...next, degraded: state.degraded || next.degraded }, effects]
    },
    'believes a thread that says ready while it waits': (state, event, shape) =>
      event.kind === 'exited' && state.phase === 'running'
        ? [state, [{ kind: 'down', because: '', retryInMs: 0, degraded: false }]]
        : supervise(state, event, shape),
  },
})

/** With an operator who may stop it at any moment, it must be able to end from anywhere. */
export const supervisorStoppable = subject({
  name: 'supervisor-stoppable',
  machine: supervise,
  model: (decide: Decide, scale) => supervisorModel('present', decide, scale),
  mutants: {
    'stops without a deadline': without('timer', 'stop'),
    'does not ask the thread to stop': without('retire', 'stop'),
    'does not kill what stops too slowly': without('kill', 'timer'),
    'restarts what was asked to stop': (state, event, shape) =>
      supervise(
        event.kind === 'exited' && state.phase === 'stopping' ? { ...state, phase: 'running' } : state,
        event,
        shape,
      ),
    'leaves its timer behind when it ends': without('no-timer', 'stop', 'exited'),
    'spawns while it stops': (state, event, shape) =>
      supervise(
        event.kind === 'timer' && state.phase === 'stopping' ? { ...state, phase: 'waiting' } : state,
        event,
        shape,
      ),
    'forgets to say that it has ended': without('ended', 'stop', 'exited'),
  },
})

/** The supervisor, but on these events it leaves out this effect. */
function without(kind: SupervisionEffect['kind'], ...on: readonly SupervisionEvent['kind'][]): Decide {
  return (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [next, on.includes(event.kind) ? effects.filter((effect) => effect.kind !== kind) : effects]
  }
}
function supervisorModel(operator: Operator, decide: Decide, scale: Scale): Model<World, Happening> {
  const shape = shapes[scale]
  return {
    initial: {
      supervised: unsupervised,
      timerInMs: null,
      thread: 'none',
      retired: false,
      killed: false,
      up: false,
      ended: 0,
      restartsAtMs: [],
      twoThreads: false,
      killedNobody: false,
      told: false,
      startedAfterAll: false,
    },
    events: ({ thread, timerInMs }) => [
      { kind: 'tick' },
      { kind: 'start' },
      ...(operator === 'present' ? [{ kind: 'stop', graceMs } as const] : []),
      ...(timerInMs === 0 ? [{ kind: 'timer', atMs: nowMs } as const] : []),
      ...(thread === 'starting' ? [{ kind: 'ready' } as const] : []),
      ...(thread === 'none' ? [] : fractions.map(exit)),
    ],
    step(world, event) {
      if (event.kind === 'tick') return later(world, shape)
      const [supervised, effects] = decide(world.supervised, event, shape)
      return effects.reduce(carriedOut, { ...happened(world, event), supervised })
    },
    laws: {
      'a service has one thread': ({ twoThreads }) => !twoThreads,
      'only a thread that is there is killed': ({ killedNobody }) => !killedNobody,
      'nothing is started once it was told to stop': ({ startedAfterAll }) => !startedAfterAll,
      'a thread is there exactly while the supervisor thinks so': ({ supervised: { phase }, thread }) =>
        (thread !== 'none') === ['starting', 'running', 'stopping'].includes(phase),
      'whoever waits has a timer': ({ supervised: { phase }, timerInMs }) =>
        phase !== 'waiting' || timerInMs !== null,
      'starting and stopping have a deadline': ({ supervised: { phase }, timerInMs, killed }) =>
        (phase !== 'starting' && phase !== 'stopping') || timerInMs !== null || killed,
      'a service that runs or has ended has no timer': ({ supervised: { phase }, timerInMs }) =>
        (phase !== 'running' && phase !== 'stopped') || timerInMs === null,
      'a thread is asked to stop before it is made to': ({ supervised: { phase }, retired }) =>
        phase !== 'stopping' || retired,
      'whoever runs is said to be up': ({ supervised: { phase }, thread, up }) =>
        phase !== 'running' || (up && thread === 'ready'),
      'whoever does not run is not said to be up': ({ supervised: { phase }, up }) =>
        phase === 'running' || phase === 'stopping' || !up,
      'it is degraded only until it runs': ({ supervised: { phase, degraded } }) =>
        !degraded || phase === 'waiting' || phase === 'starting',
      'the end is told once': ({ supervised: { phase }, ended }) => ended === Number(phase === 'stopped'),
      'restarts within a window are bounded': ({ restartsAtMs }) => restartsAtMs.length <= shape.restartsMax,
      'the memory of restarts is bounded': ({ supervised }) =>
        supervised.restartsAtMs.length <= shape.restartsMax + 1,
    },
    settled: ({ supervised: { phase } }) => phase === (operator === 'present' ? 'stopped' : 'running'),
  }
}

function exit(fraction: number): SupervisionEvent {
  return { kind: 'exited', atMs: nowMs, because: '', fraction }
}

function later(world: World, { windowMs }: SupervisionShape): World {
  const { supervised, timerInMs, restartsAtMs } = world
  const aged = supervised.restartsAtMs.map((at) => Math.max(at - 1, -windowMs))
  return {
    ...world,
    supervised: { ...supervised, restartsAtMs: aged },
    timerInMs: timerInMs === null ? null : Math.max(timerInMs - 1, 0),
    restartsAtMs: restartsAtMs.map((at) => at - 1).filter((at) => nowMs - at < windowMs),
  }
}

function happened(world: World, event: SupervisionEvent): World {
  if (event.kind === 'stop') return { ...world, told: true }
  if (event.kind === 'ready') return { ...world, thread: 'ready' }
  if (event.kind === 'exited') return { ...world, thread: 'none', retired: false, killed: false }
  return event.kind === 'timer' ? { ...world, timerInMs: null } : world
}

function carriedOut(world: World, effect: SupervisionEffect): World {
  const gone = world.thread === 'none'
  switch (effect.kind) {
    case 'spawn':
      return { ...world, thread: 'starting', twoThreads: !gone, startedAfterAll: world.told }
    case 'retire':
      return { ...world, retired: true }
    case 'kill':
      return { ...world, killed: true, killedNobody: gone }
    case 'timer':
      return { ...world, timerInMs: effect.inMs }
    case 'no-timer':
      return { ...world, timerInMs: null }
    case 'up':
      return { ...world, up: true }
    case 'down':
      return { ...world, up: false }
    case 'ended':
      return { ...world, up: false, ended: world.ended + 1 }
    case 'restarted':
      return { ...world, restartsAtMs: [...world.restartsAtMs, nowMs] }
  }
}
