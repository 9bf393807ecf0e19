/**
 * The supervisor of one service against every behaviour of its thread, its spare, its timers and its operator,
 * in any order and at any time of a coarse grid. Now is always zero and what is past the window counts as just
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

const shape: SupervisionShape = {
  backoff: { baseMs: 2, capMs: 3 },
  restartsMax: 2,
  windowMs: 5,
  startTimeoutMs: 1,
  provenMs: 1,
  spareKept: true,
  lookMs: 1,
  hangAfterMs: 2,
  endMs: 1,
}
const fractions = [0, 0.99]
/** A look on time, and one that a busy kernel came to late. */
const lookedAfterMs = [1, 9]
const silentLooksMax = shape.hangAfterMs / shape.lookMs
const graceMs = 1
const nowMs = 0

interface World {
  readonly supervised: Supervised
  readonly timerInMs: number | null
  readonly thread: 'none' | 'starting' | 'ready'
  readonly spare: boolean
  /** Why it was ended from outside, if it was. */
  readonly killedFor: 'hang' | 'slow-start' | null
  /** An operator was told that it cannot be ended. */
  readonly saidStuck: boolean
  /** Whether users of the service were told that it is up. */
  readonly up: boolean
  /** Looks in a row that saw no beat. */
  readonly silentLooks: number
  /** Restarts within the window since a thread was up for long enough, as an onlooker counts them. */
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
      spare: false,
      killedFor: null,
      saidStuck: false,
      up: false,
      silentLooks: 0,
      restartsAtMs: [],
      wrong: null,
    },
    events: (world) => [
      { kind: 'tick' },
      { kind: 'warm' },
      { kind: 'start' },
      ...(operator === 'stoppable' ? [{ kind: 'stop', graceMs } as const] : []),
      ...(world.timerInMs === 0 ? [{ kind: 'timer', atMs: nowMs } as const] : []),
      ...(world.thread === 'starting' ? [{ kind: 'ready' } as const] : []),
      ...looks(world),
      ...(world.thread === 'none' ? [] : fractions.map((fraction) => exit(world, fraction))),
      ...(world.spare ? [{ kind: 'spare-lost' } as const] : []),
    ],
    step(world, event) {
      if (event.kind === 'tick') return later(world)
      const [supervised, effects] = decide(world.supervised, event, shape)
      const next = effects.reduce(carriedOut, { ...happened(world, event), supervised })
      return { ...next, wrong: next.wrong ?? mistakenWait(world, event, next) }
    },
    invariant,
    settled: ({ supervised: { phase } }) => phase === (operator === 'stoppable' ? 'stopped' : 'running'),
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
  const { silentLooks, supervised } = world
  switch (event.kind) {
    case 'ready':
      return { ...world, thread: 'ready', silentLooks: 0 }
    case 'look':
      return { ...world, silentLooks: event.beats === supervised.heart.beats ? silentLooks + 1 : 0 }
    case 'exited':
      return { ...world, thread: 'none', killedFor: null, saidStuck: false, silentLooks: 0 }
    case 'spare-lost':
      return { ...world, spare: false }
    case 'timer':
      // In a running service only one timer is ever due: the proof that it lasts.
      return { ...world, timerInMs: null, restartsAtMs: world.up ? [] : world.restartsAtMs }
    case 'warm':
    case 'start':
    case 'stop':
      return world
  }
}

function carriedOut(world: World, effect: SupervisionEffect): World {
  const { thread, spare, silentLooks, wrong } = world
  const gone = thread === 'none'
  switch (effect.kind) {
    case 'spawn':
      return { ...world, thread: 'starting', spare: false, wrong: gone ? wrong : 'two threads at once' }
    case 'prepare-spare':
      return { ...world, spare: true, wrong: spare ? 'two spares at once' : wrong }
    case 'end-spare':
      return { ...world, spare: false, wrong: spare ? wrong : 'ended a spare that is not there' }
    case 'kill': {
      const excused = silentLooks >= silentLooksMax || world.supervised.phase === 'stopping'
      const early = effect.cause === 'hang' && !excused
      const killedFor = effect.cause === 'slow-start' ? 'slow-start' : 'hang'
      if (gone) return { ...world, wrong: 'killed a thread that is gone' }
      return { ...world, killedFor, wrong: early ? 'killed a thread that beats' : wrong }
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
      return { ...world, up: false, thread: 'none' }
    case 'restarted':
      return { ...world, restartsAtMs: [...world.restartsAtMs, nowMs] }
    case 'retire':
      return world
  }
}

/** Backoff serves crash loops: what fails for the first time in a while is replaced in the same step. */
function mistakenWait(before: World, event: SupervisionEvent, after: World): string | null {
  const first = event.kind === 'exited' && event.cause !== 'slow-start' && before.restartsAtMs.length === 0
  const alive = ['starting', 'running', 'ending'].includes(before.supervised.phase)
  return first && alive && after.thread === 'none' ? 'a first failure waited' : null
}

function invariant(world: World): string | null {
  const { supervised, timerInMs, thread, spare, killedFor, saidStuck, up, silentLooks, restartsAtMs } = world
  const { phase, degraded } = supervised
  const alive = thread !== 'none'
  if (world.wrong !== null) return world.wrong
  if (alive !== ['starting', 'running', 'ending', 'stopping'].includes(phase))
    return `${phase} with thread ${thread}`
  if (spare !== supervised.spare) return `a spare is ${spare ? 'forgotten' : 'imagined'}`
  if (spare && (phase === 'stopped' || phase === 'stopping')) return `${phase} with a spare`
  if (phase === 'waiting' && timerInMs === null) return 'waiting without a timer'
  if (['starting', 'stopping', 'ending'].includes(phase) && timerInMs === null && !saidStuck)
    return `${phase} without a deadline`
  if (saidStuck && phase !== 'stopped' && killedFor === null) return 'called stuck before it was killed'
  if (phase === 'running' && !(up && thread === 'ready')) return 'running, but nobody may use it'
  if (phase !== 'running' && phase !== 'stopping' && up) return `${phase}, but said to be up`
  if (phase === 'running' && silentLooks >= silentLooksMax) return 'a hung thread is left in its place'
  if (degraded && !['waiting', 'starting', 'ending'].includes(phase)) return `degraded while ${phase}`
  if (restartsAtMs.length > shape.restartsMax) return 'more restarts in a window than allowed'
  return supervised.restartsAtMs.length > shape.restartsMax + 1 ? 'the memory of restarts grows' : null
}
