/** The window of a subscription against a small channel, a slow subscriber and one that leaves at any moment. */

import { placesToReturn } from '@ron/kernel/call/event-window'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

interface World {
  /** The handler runs, and may send this many events. */
  readonly serving: boolean
  readonly credit: number
  readonly eventsOnTheWay: number
  /** To the service, in order: places returned, or 0 for the cancel. */
  readonly backOnTheWay: readonly number[]
  readonly subscribed: boolean
  readonly received: number
  readonly consumed: number
  /** Found the channel full: places to return, and the cancel. */
  readonly placesOwed: number
  readonly cancelOwed: boolean
}

type Happening = 'emit' | 'receive' | 'consume' | 'pay' | 'take' | 'leave'

const atService: ReadonlySet<Happening> = new Set<Happening>(['emit', 'take'])

export const subscriptionSubject = subject({
  name: 'subscription',
  machine: placesToReturn,
  model: subscriptionModel,
  mutants: {
    'waits for more events than the window holds': (consumed, window) => (consumed > window ? consumed : 0),
    'returns a whole window for half of one': (consumed, window) =>
      placesToReturn(consumed, window) > 0 ? window : 0,
    'returns a place for an event that was not consumed': (consumed, window) =>
      placesToReturn(consumed + 1, window),
    'returns nothing': () => 0,
  },
})

function subscriptionModel(places: typeof placesToReturn, scale: Scale): Model<World, Happening> {
  const window = scale === 'deep' ? 16 : 6
  const channelCapacity = scale === 'deep' ? 8 : 3
  return {
    initial: {
      serving: true,
      credit: window,
      eventsOnTheWay: 0,
      backOnTheWay: [],
      subscribed: true,
      received: 0,
      consumed: 0,
      placesOwed: 0,
      cancelOwed: false,
    },
    events: (world) => {
      const { serving, credit, eventsOnTheWay, backOnTheWay, subscribed, received, placesOwed, cancelOwed } =
        world
      const possible: readonly [Happening, boolean][] = [
        ['emit', serving && credit > 0 && eventsOnTheWay < channelCapacity],
        ['receive', eventsOnTheWay > 0],
        ['consume', received > 0],
        ['pay', (placesOwed > 0 || cancelOwed) && backOnTheWay.length < channelCapacity],
        ['take', backOnTheWay.length > 0],
        ['leave', subscribed],
      ]
      return possible.flatMap(([event, may]) => (may ? [event] : []))
    },
    step: (world, event) => {
      const { credit, eventsOnTheWay, backOnTheWay, subscribed, received, consumed, placesOwed } = world
      const [taken = 0, ...rest] = backOnTheWay
      const returned = places(consumed + 1, window)
      switch (event) {
        case 'emit':
          return { ...world, credit: credit - 1, eventsOnTheWay: eventsOnTheWay + 1 }
        case 'receive':
          return { ...world, eventsOnTheWay: eventsOnTheWay - 1, received: subscribed ? received + 1 : 0 }
        case 'consume':
          return {
            ...world,
            received: received - 1,
            consumed: consumed + 1 - returned,
            placesOwed: placesOwed + returned,
          }
        case 'pay':
          return { ...world, backOnTheWay: [...backOnTheWay, placesOwed], placesOwed: 0, cancelOwed: false }
        case 'take':
          return { ...world, backOnTheWay: rest, credit: credit + taken, serving: world.serving && taken > 0 }
        case 'leave':
          return { ...world, subscribed: false, received: 0, placesOwed: 0, cancelOwed: true }
      }
    },
    laws: {
      'the subscriber holds no more than its window': ({ received }) => received <= window,
      'no place is lost or made': (world) =>
        !world.subscribed ||
        world.credit + world.eventsOnTheWay + world.received + world.consumed + returning(world) === window,
      'the service gives up no subscriber that stays': ({ subscribed, serving }) => serving || !subscribed,
      'the two sides never wait for each other': (world) =>
        !world.subscribed || world.credit + world.eventsOnTheWay + world.received + returning(world) > 0,
    },
    settled: ({ serving, subscribed, eventsOnTheWay, backOnTheWay }) =>
      !serving && !subscribed && eventsOnTheWay + backOnTheWay.length === 0,
    // The two sides share nothing but the channels, and each works on its own end of them.
    independent: (one, other) => atService.has(one) !== atService.has(other),
  }
}

function returning({ backOnTheWay, placesOwed }: World): number {
  return backOnTheWay.reduce((sum, places) => sum + places, placesOwed)
}
