/**
 * The life of a node against clients, a deadline that may strike at any moment, and an operator who asks again
 * as long as it pleases them. Once they have left, the end must come by itself.
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
  readonly door: 'open' | 'refusing' | 'closed'
  /** Told to tell when nothing is in flight, and when the deadline has passed. */
  readonly draining: boolean
  readonly forced: boolean
  readonly servicesUp: boolean
  readonly exits: number
  readonly stoppedUnderRequest: boolean
  readonly operator: 'there' | 'gone'
}

type Happening = LifecycleEvent | 'request' | 'answer' | 'operator leaves'

export const lifecycleSubject = subject({
  name: 'lifecycle',
  machine: lifecycle,
  model: lifecycleModel,
  mutants: {
    'stops services at the deadline without ending what is left': (phase, event) =>
      lifecycle(phase, phase === 'Draining' && event === 'deadline' ? 'drained' : event),
    'forgets to wait for the requests in flight': (phase, event) => {
      const [next, effects] = lifecycle(phase, event)
      return [next, effects.filter((effect) => effect !== 'await-in-flight')]
    },
    'drains again when it is told twice': (phase, event) =>
      lifecycle(event === 'shutdown' ? 'Running' : phase, event),
    'exits before its services have stopped': (phase, event) => {
      const [next, effects] = lifecycle(phase, event)
      return [next, effects.filter((effect) => effect !== 'stop-services')]
    },
  },
})

function lifecycleModel(decide: typeof lifecycle, scale: Scale): Model<World, Happening> {
  const inFlightMax = scale === 'deep' ? 64 : 4
  return {
    initial: {
      phase: 'Running',
      inFlight: 0,
      door: 'open',
      draining: false,
      forced: false,
      servicesUp: true,
      exits: 0,
      stoppedUnderRequest: false,
      operator: 'there',
    },
    events: ({ phase, inFlight, door, draining, forced, operator }) => [
      ...(operator === 'there' ? ['shutdown' as const] : []),
      ...(operator === 'there' && phase !== 'Running' ? ['operator leaves' as const] : []),
      ...(door === 'open' && inFlight < inFlightMax ? ['request' as const] : []),
      ...(inFlight > 0 ? ['answer' as const] : []),
      ...(draining && inFlight === 0 ? ['drained' as const] : []),
      ...(draining ? ['deadline' as const] : []),
      ...(forced ? ['aborted' as const] : []),
    ],
    step(world, event) {
      if (event === 'request') return { ...world, inFlight: world.inFlight + 1 }
      if (event === 'answer') return { ...world, inFlight: world.inFlight - 1 }
      if (event === 'operator leaves') return { ...world, operator: 'gone' }
      const [phase, effects] = decide(world.phase, event)
      return effects.reduce(carriedOut, { ...world, phase })
    },
    laws: {
      'no service stops under a request': ({ stoppedUnderRequest }) => !stoppedUnderRequest,
      'the door is open exactly while the node runs': ({ phase, door }) =>
        (phase === 'Running') === (door === 'open'),
      'it exits once, when it has stopped': ({ phase, exits }) => exits === Number(phase === 'Stopped'),
      'services are down exactly when it has stopped': ({ phase, servicesUp }) =>
        servicesUp === (phase !== 'Stopped'),
    },
    settled: ({ phase }) => phase === 'Stopped',
  }
}

function carriedOut(world: World, effect: LifecycleEffect): World {
  switch (effect) {
    case 'refuse-new':
      return { ...world, door: 'refusing' }
    case 'stop-accepting':
      return { ...world, door: 'closed' }
    case 'await-in-flight':
      return { ...world, draining: true }
    case 'force-close':
      return { ...world, forced: true, inFlight: 0 }
    case 'stop-services':
      return { ...world, servicesUp: false, stoppedUnderRequest: world.inFlight > 0 }
    case 'exit':
      return { ...world, exits: world.exits + 1 }
  }
}
