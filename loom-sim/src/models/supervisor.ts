/**
 * The supervisor of one service against every behaviour of its thread, its spare, its timers and its operator,
 * in any order and at any time of a coarse grid. Now is always zero and what is past the window counts as just
 * past, so time may go on for ever and the states stay few. Its mutants are in `supervisor-mutants.ts`.
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
import { mutantsLeftAlone, mutantsStoppable } from './supervisor-mutants.ts'

const short: SupervisionShape = {
  backoff: { baseMs: 2, capMs: 3 },
  restartsMax: 2,
  windowMs: 5,
  startTimeoutMs: 1,
  provenMs: 1,
  spares: true,
  lookMs: 1,
  hangAfterMs: 2,
  endMs: 1,
}
const shapes: Readonly<Record<Scale, SupervisionShape>> = {
  short,
  deep: { ...short, restartsMax: 3, windowMs: 6 },
}
const fractions = [0, 0.99]
/** A look on time, and one that a busy kernel came to late. */
const lookedAfterMs = [1, 9]
const silentLooksMax = short.hangAfterMs / short.lookMs
const graceMs = 1
const nowMs = 0

interface World {
  readonly supervised: Supervised
  readonly timerInMs: number | null
  readonly thread: 'none' | 'starting' | 'ready'
  readonly spare: boolean
  /** The thread was asked to stop. */
  readonly retired: boolean
  /** Why it was ended from outside, if it was. */
  readonly killedFor: 'hang' | 'slow-start' | null
  /** An operator was told that it cannot be ended. */
  readonly saidStuck: boolean
  /** Whether users of the service were told that it is up. */
  readonly up: boolean
  /** How often the end was told, and whether a thread was made after a stop. */
  readonly ended: number
  readonly told: boolean
  readonly startedAfterAll: boolean
  /** Up for so long, counted as far as it takes to have proven itself. */
  readonly upForMs: number
  /** Looks in a row that saw no beat. */
  readonly silentLooks: number
  /** Restarts within the window since a thread was up for long enough, as an onlooker counts them. */
  readonly restartsAtMs: readonly number[]
  /** What must never be done, if it was. */
  readonly did:
    | 'two threads'
    | 'two spares'
    | 'ended no spare'
    | 'killed nobody'
    | 'killed early'
    | 'waited'
    | 'proved early'
    | null
}

type Happening = SupervisionEvent | { readonly kind: 'tick' }
type Operator = 'absent' | 'present'
type Decide = typeof supervise

/** Left alone, the service must be able to come back from anywhere. */
export const supervisorAlone = subject({
  name: 'supervisor-left-alone',
  machine: supervise,
  model: (decide: Decide, scale) => supervisorModel('absent', decide, scale),
  mutants: mutantsLeftAlone,
})

/** With an operator who may stop it at any moment, it must be able to end from anywhere. */
export const supervisorStoppable = subject({
  name: 'supervisor-stoppable',
  machine: supervise,
  model: (decide: Decide, scale) => supervisorModel('present', decide, scale),
  mutants: mutantsStoppable,
})

function supervisorModel(operator: Operator, decide: Decide, scale: Scale): Model<World, Happening> {
  const shape = shapes[scale]
  return {
    initial: {
      supervised: unsupervised,
      timerInMs: null,
      thread: 'none',
      spare: false,
      retired: false,
      killedFor: null,
      saidStuck: false,
      up: false,
      ended: 0,
      told: false,
      startedAfterAll: false,
      upForMs: 0,
      silentLooks: 0,
      restartsAtMs: [],
      did: null,
    },
    events: (world) => [
      { kind: 'tick' },
      { kind: 'warm' },
      { kind: 'start' },
      ...(operator === 'present' ? [{ kind: 'stop', graceMs } as const] : []),
      ...(world.timerInMs === 0 ? [{ kind: 'timer', atMs: nowMs } as const] : []),
      ...(world.thread === 'starting' ? [{ kind: 'ready' } as const] : []),
      ...looks(world),
      ...(world.thread === 'none' ? [] : fractions.map((fraction) => exit(world, fraction))),
      ...(world.spare ? [{ kind: 'spare-lost' } as const] : []),
    ],
    step(world, event) {
      if (event.kind === 'tick') return later(world, shape)
      const [supervised, effects] = decide(world.supervised, event, shape)
      const next = effects.reduce(carriedOut, { ...happened(world, event), supervised })
      return mistakenWait(world, event, next) ? { ...next, did: next.did ?? 'waited' } : next
    },
    laws: lawsFor(shape),
    settled: ({ supervised: { phase } }) => phase === (operator === 'present' ? 'stopped' : 'running'),
  }
}

function lawsFor(shape: SupervisionShape): Model<World, Happening>['laws'] {
  return {
    'a service has one thread': ({ did }) => did !== 'two threads',
    'a service has one spare, and ends no other': ({ did }) =>
      did !== 'two spares' && did !== 'ended no spare',
    'a thread has proven itself when it was up for long enough': ({ did }) => did !== 'proved early',
    'only a thread that is there is killed': ({ did }) => did !== 'killed nobody',
    'no thread that beats is killed': ({ did }) => did !== 'killed early',
    'what fails for the first time in a while is replaced at once': ({ did }) => did !== 'waited',
    'a thread is there exactly while the supervisor thinks so': ({ supervised: { phase }, thread }) =>
      (thread !== 'none') === ['starting', 'running', 'ending', 'stopping'].includes(phase),
    'a spare is there exactly while the supervisor thinks so': ({ supervised, spare }) =>
      supervised.spare === spare,
    'what stops has no spare': ({ supervised: { phase }, spare }) =>
      !spare || (phase !== 'stopping' && phase !== 'stopped'),
    'whoever waits has a timer': ({ supervised: { phase }, timerInMs }) =>
      phase !== 'waiting' || timerInMs !== null,
    'starting, ending and stopping have a deadline': ({ supervised: { phase }, timerInMs, saidStuck }) =>
      !['starting', 'ending', 'stopping'].includes(phase) || timerInMs !== null || saidStuck,
    'what has ended has no timer': ({ supervised: { phase }, timerInMs }) =>
      phase !== 'stopped' || timerInMs === null,
    'a thread is called stuck when it was killed and is there': ({
      supervised: { phase },
      saidStuck,
      killedFor,
    }) => !saidStuck || phase === 'stopped' || killedFor !== null,
    'a thread is asked to stop before it is made to': ({ supervised: { phase }, retired }) =>
      phase !== 'stopping' || retired,
    'whoever runs is said to be up': ({ supervised: { phase }, thread, up }) =>
      phase !== 'running' || (up && thread === 'ready'),
    'whoever does not run is not said to be up': ({ supervised: { phase }, up }) =>
      phase === 'running' || phase === 'stopping' || !up,
    'no hung thread is left in its place': ({ supervised: { phase }, silentLooks }) =>
      phase !== 'running' || silentLooks < silentLooksMax,
    'it is degraded only until it runs': ({ supervised: { phase, degraded } }) =>
      !degraded || ['waiting', 'starting', 'ending'].includes(phase),
    'nothing is started once it was told to stop': ({ startedAfterAll }) => !startedAfterAll,
    'the end is told once': ({ supervised: { phase }, ended }) => ended === Number(phase === 'stopped'),
    'restarts within a window are bounded': ({ restartsAtMs }) => restartsAtMs.length <= shape.restartsMax,
    'the memory of restarts is bounded': ({ supervised }) =>
      supervised.restartsAtMs.length <= shape.restartsMax + 1,
  }
}

/** A running thread beats or not, at a look on time or a late one. */
function looks({ supervised: { phase, heart } }: World): readonly SupervisionEvent[] {
  if (phase !== 'running') return []
  const counters = [heart.beats, 1 - heart.beats]
  return counters.flatMap((beats) =>
    lookedAfterMs.map((sinceMs) => ({ kind: 'look', beats, sinceMs }) as const),
  )
}

function exit({ killedFor }: World, fraction: number): SupervisionEvent {
  return { kind: 'exited', atMs: nowMs, cause: killedFor ?? 'throw', because: '', fraction }
}

function later(world: World, { windowMs, provenMs }: SupervisionShape): World {
  const { supervised, timerInMs, restartsAtMs, upForMs } = world
  const aged = supervised.restartsAtMs.map((at) => Math.max(at - 1, -windowMs))
  return {
    ...world,
    supervised: { ...supervised, restartsAtMs: aged },
    timerInMs: timerInMs === null ? null : Math.max(timerInMs - 1, 0),
    upForMs: world.thread === 'ready' ? Math.min(upForMs + 1, provenMs) : 0,
    restartsAtMs: restartsAtMs.map((at) => at - 1).filter((at) => nowMs - at < windowMs),
  }
}

function happened(world: World, event: SupervisionEvent): World {
  const { silentLooks, supervised } = world
  switch (event.kind) {
    case 'ready':
      return { ...world, thread: 'ready', upForMs: 0, silentLooks: 0 }
    case 'look':
      return { ...world, silentLooks: event.beats === supervised.heart.beats ? silentLooks + 1 : 0 }
    case 'exited':
      return { ...world, thread: 'none', retired: false, killedFor: null, saidStuck: false, silentLooks: 0 }
    case 'spare-lost':
      return { ...world, spare: false }
    case 'timer':
      return { ...(supervised.phase === 'running' ? proven(world) : world), timerInMs: null }
    case 'stop':
      return { ...world, told: true }
    case 'warm':
    case 'start':
      return world
  }
}

/** In a running service only one timer is ever due: the proof that it lasts. */
function proven(world: World): World {
  const early = world.upForMs < short.provenMs
  return { ...world, restartsAtMs: [], did: early ? 'proved early' : world.did }
}

function carriedOut(world: World, effect: SupervisionEffect): World {
  const { thread, spare, did, told } = world
  const gone = thread === 'none'
  switch (effect.kind) {
    case 'spawn': {
      const next = { ...world, thread: 'starting', spare: false, startedAfterAll: told } as const
      return { ...next, did: gone ? did : 'two threads' }
    }
    case 'prepare-spare':
      return { ...world, spare: true, did: spare ? 'two spares' : did }
    case 'end-spare':
      return { ...world, spare: false, did: spare ? did : 'ended no spare' }
    case 'kill': {
      const excused = world.silentLooks >= silentLooksMax || world.supervised.phase === 'stopping'
      const early = effect.cause === 'hang' && !excused
      if (gone) return { ...world, did: 'killed nobody' }
      const killedFor = effect.cause === 'slow-start' ? 'slow-start' : 'hang'
      return { ...world, killedFor, did: early ? 'killed early' : did }
    }
    case 'timer':
      return { ...world, timerInMs: effect.inMs }
    case 'no-timer':
      return { ...world, timerInMs: null }
    case 'up':
      return { ...world, up: true }
    case 'stuck':
      return { ...world, saidStuck: true }
    case 'cut':
    case 'down':
      return { ...world, up: false }
    case 'ended':
      // What cannot be ended is left to the end of the process.
      return { ...world, up: false, thread: 'none', ended: world.ended + 1 }
    case 'restarted':
      return { ...world, restartsAtMs: [...world.restartsAtMs, nowMs] }
    case 'retire':
      return { ...world, retired: true }
  }
}

/** Backoff serves crash loops: what fails for the first time in a while is replaced in the same step. */
function mistakenWait(before: World, event: SupervisionEvent, after: World): boolean {
  const first = event.kind === 'exited' && event.cause !== 'slow-start' && before.restartsAtMs.length === 0
  const alive = ['starting', 'running', 'ending'].includes(before.supervised.phase)
  return first && alive && after.thread === 'none'
}
