/**
 * The life of a node against clients who may never let go, services that take their time to stop, a deadline that may strike at any
 * moment, and an operator who asks again as long as it pleases them. Once they have left, the end must come by
 * itself.
 */

import {
  lifecycle,
  type LifecycleEffect,
  type LifecycleEvent,
  type NodePhase,
} from '@ron/kernel/lifecycle/lifecycle'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

interface World {
  readonly phase: NodePhase
  readonly inFlight: number
  /** What is in flight will never be answered. */
  readonly stuck: boolean
  readonly door: 'open' | 'refusing' | 'closed'
  /** Told to tell when nothing is in flight, and when the deadline has passed. */
  readonly draining: boolean
  /** Whether anything was ended by force. */
  readonly forced: boolean
  readonly services: 'up' | 'stopping' | 'down'
  /** What is to be done once the services are down. */
  readonly afterServices: readonly LifecycleEffect[]
  readonly overwritten: boolean
  readonly ends: readonly ('drained' | 'aborted')[]
  readonly stoppedUnderRequest: boolean
  readonly overwrittenUnderServices: boolean
  readonly endedEarly: boolean
  readonly operator: 'there' | 'gone'
}

type Happening = LifecycleEvent | 'request' | 'answer' | 'hang' | 'services stopped' | 'operator leaves'

export const lifecycleSubject = subject({
  name: 'lifecycle',
  machine: lifecycle,
  model: lifecycleModel,
  mutants: {
    'stops services at the deadline without ending what is left': (phase, event) =>
      lifecycle(phase, phase === 'Draining' && event === 'deadline' ? 'drained' : event),
    'drains again when it is told twice': (phase, event) =>
      lifecycle(event === 'shutdown' ? 'Running' : phase, event),
    'ignores its deadline': (phase, event) => (event === 'deadline' ? [phase, []] : lifecycle(phase, event)),
    'says drained whatever happened': (phase, event) => {
      const [next, effects] = lifecycle(phase, event)
      return [next, effects.map((effect) => (effect === 'end-aborted' ? 'end-drained' : effect))]
    },
    'overwrites memory before its services have stopped': reordered('overwrite-memory', 'stop-services'),
    'ends before memory is overwritten': reordered('end-drained', 'overwrite-memory'),
    'goes on accepting': without('stop-accepting'),
    'goes on taking requests': without('refuse-new', 'stop-accepting'),
    'forgets to wait for the requests in flight': without('await-in-flight'),
    'forgets to end what is left': without('force-close'),
    'forgets to stop its services': without('stop-services'),
    'forgets to overwrite memory': without('overwrite-memory'),
    'never says that it was drained': without('end-drained'),
    'never says that it was aborted': without('end-aborted'),
  },
})

function without(...left: readonly LifecycleEffect[]): typeof lifecycle {
  return (phase, event) => {
    const [next, effects] = lifecycle(phase, event)
    return [next, effects.filter((effect) => !left.includes(effect))]
  }
}

/** Puts one effect in front of another where both are told. */
function reordered(early: LifecycleEffect, late: LifecycleEffect): typeof lifecycle {
  return (phase, event) => {
    const [next, effects] = lifecycle(phase, event)
    if (!effects.includes(early)) return [next, effects]
    return [
      next,
      effects
        .filter((effect) => effect !== early)
        .flatMap((effect) => (effect === late ? [early, effect] : [effect])),
    ]
  }
}

function lifecycleModel(decide: typeof lifecycle, scale: Scale): Model<World, Happening> {
  const inFlightMax = scale === 'deep' ? 64 : 4
  return {
    initial: {
      phase: 'Running',
      inFlight: 0,
      stuck: false,
      door: 'open',
      draining: false,
      forced: false,
      services: 'up',
      afterServices: [],
      overwritten: false,
      ends: [],
      stoppedUnderRequest: false,
      overwrittenUnderServices: false,
      endedEarly: false,
      operator: 'there',
    },
    events: ({ phase, inFlight, stuck, door, draining, services, operator }) => [
      ...(operator === 'there' ? ['shutdown' as const] : []),
      ...(operator === 'there' && phase !== 'Running' ? ['operator leaves' as const] : []),
      ...(door === 'open' && inFlight < inFlightMax ? ['request' as const] : []),
      ...(inFlight > 0 && !stuck ? (['answer', 'hang'] as const) : []),
      ...(draining && inFlight === 0 ? ['drained' as const] : []),
      ...(draining ? ['deadline' as const] : []),
      ...(services === 'stopping' ? ['services stopped' as const] : []),
    ],
    step(world, event) {
      switch (event) {
        case 'request':
          return { ...world, inFlight: world.inFlight + 1 }
        case 'answer':
          return { ...world, inFlight: world.inFlight - 1 }
        case 'hang':
          return { ...world, stuck: true }
        case 'operator leaves':
          return { ...world, operator: 'gone' }
        case 'services stopped':
          return carryOut({ ...world, services: 'down', afterServices: [] }, world.afterServices)
        case 'shutdown':
        case 'drained':
        case 'deadline':
        case 'aborted':
          return fed(world, event)
      }
    },
    laws: {
      'no service stops under a request': ({ stoppedUnderRequest }) => !stoppedUnderRequest,
      'memory is overwritten when no service can write any more': ({ overwrittenUnderServices }) =>
        !overwrittenUnderServices,
      'whoever drains takes nothing new': ({ phase, door }) => (phase === 'Running') === (door === 'open'),
      'whoever drains takes no connections': ({ phase, door }) => phase === 'Running' || door === 'closed',
      'there is one end': ({ ends }) => ends.length <= 1,
      'it ends when its services have stopped and its memory is overwritten': ({ endedEarly }) => !endedEarly,
      'the end says whether anything was aborted': ({ ends, forced }) =>
        ends.every((end) => (end === 'aborted') === forced),
    },
    // Once it is told to end, the end comes, whether the clients let go or not.
    settled: ({ phase, ends }) => phase === 'Running' || ends.length === 1,
  }

  function fed(world: World, event: LifecycleEvent): World {
    const [phase, effects] = decide(world.phase, event)
    return carryOut({ ...world, phase }, effects)
  }

  /** In order; what follows the stop of the services waits for it, and what follows an abort, for its event. */
  function carryOut(world: World, [effect, ...rest]: readonly LifecycleEffect[]): World {
    if (effect === undefined) return world
    if (effect === 'stop-services') {
      const stoppedUnderRequest = world.stoppedUnderRequest || world.inFlight > 0
      return { ...world, services: 'stopping', stoppedUnderRequest, afterServices: rest }
    }
    const next = carriedOut(world, effect)
    return carryOut(effect === 'force-close' ? fed(next, 'aborted') : next, rest)
  }
}

function carriedOut(world: World, effect: Exclude<LifecycleEffect, 'stop-services'>): World {
  switch (effect) {
    case 'refuse-new':
      return { ...world, door: 'refusing' }
    case 'stop-accepting':
      return { ...world, door: 'closed' }
    case 'await-in-flight':
      return { ...world, draining: true }
    case 'force-close':
      return { ...world, forced: true, inFlight: 0 }
    case 'overwrite-memory':
      return { ...world, overwritten: true, overwrittenUnderServices: world.services !== 'down' }
    case 'end-drained':
      return ended(world, 'drained')
    case 'end-aborted':
      return ended(world, 'aborted')
  }
}

function ended(world: World, how: 'drained' | 'aborted'): World {
  const endedEarly = world.services !== 'down' || !world.overwritten
  return { ...world, ends: [...world.ends, how], endedEarly }
}
