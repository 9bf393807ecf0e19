/**
 * The supervisor of one service against every behaviour of its thread, its spare, its timers and its operator, in
 * any order and at any time of a coarse grid. Now is always zero and what is past the window counts as just
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
import { aloneMutants, stoppableMutants } from './supervisor-mutants.ts'

const common = {
  backoff: { baseMs: 2, capMs: 3 },
  startTimeoutMs: 1,
  provenMs: 1,
  lookMs: 1,
  spareKept: true,
}
const shapes: Readonly<Record<Scale, SupervisionShape>> = {
  short: { ...common, restartsMax: 2, windowMs: 5, hangAfterMs: 2, endMs: 1 },
  deep: { ...common, restartsMax: 3, windowMs: 7, hangAfterMs: 3, endMs: 2 },
}
const fractions = [0, 0.99]
/** A look on time, and one that a busy kernel came to late. */
const lookedAfterMs = [1, 9]
const graceMs = 1
const nowMs = 0

interface World {
  readonly supervised: Supervised
  readonly timerInMs: number | null
  readonly thread: 'none' | 'starting' | 'ready'
  readonly spare: boolean
  /** What was done to the thread that is there. */
  readonly retired: boolean
  readonly killedFor: 'hang' | 'slow-start' | null
  /** An operator was told that it cannot be ended. */
  readonly saidStuck: boolean
  /** Whether users of the service were told that it is up. */
  readonly up: boolean
  readonly ended: number
  /** Looks in a row that saw no beat. */
  readonly silentLooks: number
  /** Restarts within the window since a thread was up for long enough, as an onlooker counts them. */
  readonly restartsAtMs: readonly number[]
  readonly twoThreads: boolean
  readonly twoSpares: boolean
  readonly killedNobody: boolean
  readonly killedAlive: boolean
  /** What failed for the first time in a while was not replaced in the same step. */
  readonly waitedFirst: boolean
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
  mutants: aloneMutants,
})

/** With an operator who may stop it at any moment, it must be able to end from anywhere. */
export const supervisorStoppable = subject({
  name: 'supervisor-stoppable',
  machine: supervise,
  model: (decide: Decide, scale) => supervisorModel('present', decide, scale),
  mutants: stoppableMutants,
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
      silentLooks: 0,
      restartsAtMs: [],
      twoThreads: false,
      twoSpares: false,
      killedNobody: false,
      killedAlive: false,
      waitedFirst: false,
      told: false,
      startedAfterAll: false,
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
      const next = effects.reduce((now, effect) => carriedOut(now, effect, silentLooksMax(shape)), {
        ...happened(world, event),
        supervised,
      })
      return { ...next, waitedFirst: next.waitedFirst || waited(world, event, next) }
    },
    laws: {
      'a service has one thread': ({ twoThreads }) => !twoThreads,
      'a service has at most one spare': ({ twoSpares }) => !twoSpares,
      'only a thread that is there is killed': ({ killedNobody }) => !killedNobody,
      'only a thread that does not beat is killed for a hang': ({ killedAlive }) => !killedAlive,
      'a hung thread is not left in its place': ({ supervised: { phase }, silentLooks }) =>
        phase !== 'running' || silentLooks < silentLooksMax(shape),
      'a first failure waits for nothing': ({ waitedFirst }) => !waitedFirst,
      'nothing is started once it was told to stop': ({ startedAfterAll }) => !startedAfterAll,
      'a thread is there exactly while the supervisor thinks so': ({ supervised: { phase }, thread }) =>
        (thread !== 'none') === ['starting', 'running', 'ending', 'stopping'].includes(phase),
      'a spare is there exactly while the supervisor thinks so': ({ supervised, spare }) =>
        supervised.spare === spare,
      'who stops has no spare': ({ supervised: { phase }, spare }) =>
        !spare || (phase !== 'stopping' && phase !== 'stopped'),
      'whoever waits has a timer': ({ supervised: { phase }, timerInMs }) =>
        phase !== 'waiting' || timerInMs !== null,
      'starting, ending and stopping have a deadline, until it is said that it cannot be': (world) =>
        !['starting', 'ending', 'stopping'].includes(world.supervised.phase) ||
        world.timerInMs !== null ||
        world.saidStuck,
      'only what was killed is called stuck': ({ supervised: { phase }, saidStuck, killedFor }) =>
        !saidStuck || phase === 'stopped' || killedFor !== null,
      'a service that has ended has no timer': ({ supervised: { phase }, timerInMs }) =>
        phase !== 'stopped' || timerInMs === null,
      'a thread is asked to stop before it is made to': ({ supervised: { phase }, retired }) =>
        phase !== 'stopping' || retired,
      'whoever runs is said to be up': ({ supervised: { phase }, thread, up }) =>
        phase !== 'running' || (up && thread === 'ready'),
      'whoever does not run is not said to be up': ({ supervised: { phase }, up }) =>
        phase === 'running' || phase === 'stopping' || !up,
      'it is degraded only until it runs': ({ supervised: { phase, degraded } }) =>
        !degraded || ['waiting', 'starting', 'ending'].includes(phase),
      'the end is told once': ({ supervised: { phase }, ended }) => ended === Number(phase === 'stopped'),
      'restarts within a window are bounded': ({ restartsAtMs }) => restartsAtMs.length <= shape.restartsMax,
      'the memory of restarts is bounded': ({ supervised }) =>
        supervised.restartsAtMs.length <= shape.restartsMax + 1,
    },
    settled: ({ supervised: { phase } }) => phase === (operator === 'present' ? 'stopped' : 'running'),
  }
}

const silentLooksMax = ({ hangAfterMs, lookMs }: SupervisionShape) => hangAfterMs / lookMs

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
  const { silentLooks, supervised } = world
  switch (event.kind) {
    case 'ready':
      return { ...world, thread: 'ready', silentLooks: 0 }
    case 'look':
      return { ...world, silentLooks: event.beats === supervised.heart.beats ? silentLooks + 1 : 0 }
    case 'exited':
      return { ...world, thread: 'none', retired: false, killedFor: null, saidStuck: false, silentLooks: 0 }
    case 'spare-lost':
      return { ...world, spare: false }
    case 'timer':
      // In a running service only one timer is ever due: the proof that it lasts.
      return { ...world, timerInMs: null, restartsAtMs: world.up ? [] : world.restartsAtMs }
    case 'stop':
      return { ...world, told: true }
    case 'warm':
    case 'start':
      return world
  }
}

function carriedOut(world: World, effect: SupervisionEffect, silentMax: number): World {
  const { thread, spare, told, silentLooks } = world
  const gone = thread === 'none'
  switch (effect.kind) {
    case 'spawn':
      return { ...world, thread: 'starting', spare: false, twoThreads: !gone, startedAfterAll: told }
    case 'prepare-spare':
      return { ...world, spare: true, twoSpares: spare, startedAfterAll: told }
    case 'end-spare':
      return { ...world, spare: false }
    case 'retire':
      return { ...world, retired: true }
    case 'kill': {
      const excused = silentLooks >= silentMax || world.supervised.phase === 'stopping'
      const killedFor = effect.cause === 'slow-start' ? 'slow-start' : 'hang'
      return { ...world, killedFor, killedNobody: gone, killedAlive: killedFor === 'hang' && !excused }
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
  }
}

/** Backoff serves crash loops: what fails for the first time in a while is replaced in the same step. */
function waited(before: World, event: SupervisionEvent, after: World): boolean {
  const first = event.kind === 'exited' && event.cause !== 'slow-start' && before.restartsAtMs.length === 0
  const alive = ['starting', 'running', 'ending'].includes(before.supervised.phase)
  return first && alive && after.thread === 'none'
}
