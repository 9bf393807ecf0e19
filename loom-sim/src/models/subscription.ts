/** The window of a subscription against a small channel, a slow subscriber and one that leaves at any moment. */

import { placesToReturn } from '@ron/kernel/call/event-window'
import type { Model } from '../explore.ts'

const window = 4
const channelCapacity = 2

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

export function subscriptionModel(places = placesToReturn): Model<World, Happening> {
  return {
    name: 'subscription',
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
    invariant({ serving, credit, eventsOnTheWay, backOnTheWay, subscribed, received, consumed, placesOwed }) {
      const returning = backOnTheWay.reduce((sum, places) => sum + places, placesOwed)
      if (received > window) return 'the subscriber holds more than its window'
      if (subscribed && credit + eventsOnTheWay + received + consumed + returning !== window)
        return 'places were lost or made'
      if (subscribed && !serving) return 'the service gave up a subscriber that stayed'
      const quiet = eventsOnTheWay + received + returning === 0
      return subscribed && quiet && credit === 0 ? 'both sides wait for the other' : null
    },
    settled: ({ serving, subscribed, eventsOnTheWay, backOnTheWay }) =>
      !serving && !subscribed && eventsOnTheWay + backOnTheWay.length === 0,
  }
}
