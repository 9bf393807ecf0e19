/** What it costs to cross from one thread to another and back. */

import { hopCosts, rounds as hopRounds } from '../../hop.ts'
import { roundTrips, rounds as tripRounds } from '../../round-trips.ts'
import type { Facet, Measured } from '../rows.ts'

/** Where a ring is to be so many times as fast as a MessagePort. */
const deep = 256
const timesAsFast = 5

export const threads: Facet = {
  name: 'threads',
  title: 'Between threads',
  sizes: () => ({}),
  async measure() {
    const rows: Measured[] = []
    for (const { what, depth, ring, message } of await roundTrips()) {
      rows.push({
        work: `round trips by ring, ${what}, ${depth} at once`,
        unit: 'a second',
        better: 'more',
        ours: ring.perSecond,
        samples: tripRounds,
        peer: { name: 'MessagePort', value: message.perSecond },
        limit: depth === deep ? { of: 'ratio', value: timesAsFast } : null,
        note: `${ring.cpuMicros.toFixed(2)} µs of CPU beside ${message.cpuMicros.toFixed(2)}`,
      })
    }
    for (const { connections, mainMicros, hopMicros, addsMicros } of await hopCosts()) {
      rows.push({
        work: `a hop to a service adds, ${connections} connections`,
        unit: 'µs of CPU',
        better: 'less',
        ours: addsMicros,
        samples: hopRounds,
        peer: null,
        limit: { of: 'ours', value: 5 },
        note: `a request takes ${hopMicros.toFixed(1)} µs of CPU with it, ${mainMicros.toFixed(1)} without`,
      })
    }
    return rows
  },
}
