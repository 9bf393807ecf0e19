/** The life of a node against clients, an impatient operator and a deadline that may strike at any moment. */

import {
  lifecycle,
  type LifecycleEffect,
  type LifecycleEvent,
  type NodePhase,
} from '@ron/kernel/lifecycle/lifecycle'
import type { Model } from '../explore.ts'

const inFlightMax = 2

interface World {
  readonly phase: NodePhase
  readonly inFlight: number
  readonly door: 'open' | 'refusing' | 'closed'
  /** Told to tell when nothing is in flight, and when the deadline has passed. */
  readonly draining: boolean
  readonly forced: boolean
  readonly servicesUp: boolean
  readonly exits: number
  readonly wrong: string | null
}

type Happening = LifecycleEvent | 'request' | 'answer'

export function lifecycleModel(decide = lifecycle): Model<World, Happening> {
  return {
    name: 'lifecycle',
    initial: {
      phase: 'Running',
      inFlight: 0,
      door: 'open',
      draining: false,
      forced: false,
      servicesUp: true,
      exits: 0,
      wrong: null,
    },
    events: ({ inFlight, door, draining, forced }) => [
      'shutdown',
      ...(door === 'open' && inFlight < inFlightMax ? ['request' as const] : []),
      ...(inFlight > 0 ? ['answer' as const] : []),
      ...(draining && inFlight === 0 ? ['drained' as const] : []),
      ...(draining ? ['deadline' as const] : []),
      ...(forced ? ['aborted' as const] : []),
    ],
    step(world, event) {
      if (event === 'request') return { ...world, inFlight: world.inFlight + 1 }
      if (event === 'answer') return { ...world, inFlight: world.inFlight - 1 }
      const [phase, effects] = decide(world.phase, event)
      return effects.reduce(carriedOut, { ...world, phase })
    },
    invariant({ phase, door, servicesUp, exits, wrong }) {
      if (wrong !== null) return wrong
      if ((phase === 'Running') !== (door === 'open')) return `${phase} with its door ${door}`
      if (exits !== Number(phase === 'Stopped')) return `${phase} after ${exits} exits`
      return servicesUp === (phase === 'Stopped')
        ? `${phase} with services ${servicesUp ? 'up' : 'down'}`
        : null
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
      return {
        ...world,
        servicesUp: false,
        wrong: world.inFlight > 0 ? 'services stopped under a request' : null,
      }
    case 'exit':
      return { ...world, exits: world.exits + 1 }
  }
}
