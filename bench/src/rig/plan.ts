/** What a generator is told to do, and what it found: plain data that crosses to a process of its own and back. */

import type { Arrivals } from './arrivals.ts'

export type Protocol = 'http' | 'resp'

export interface Plan {
  readonly protocol: Protocol
  readonly host: string
  readonly port: number
  /** Sent in turn, over and over; each is one whole request. */
  readonly requests: readonly Uint8Array[]
  readonly model: Closed | Open
  /** Not counted: connections are made and code gets warm. */
  readonly warmUpSeconds: number
  readonly seconds: number
}

/** Each connection asks again as soon as it is answered: what the server can do at most. */
export interface Closed {
  readonly kind: 'closed'
  readonly connections: number
  /** Requests sent at once on a connection, and answered before the next are. 1 is no pipelining. */
  readonly depth: number
}

/**
 * Requests start when they are meant to, on a connection that is free. If none is, they wait, and the wait counts:
 * latency is from the intended start to the end of the answer. So a server that stands still pays for everyone who
 * came meanwhile.
 */
export interface Open {
  readonly kind: 'open'
  readonly connections: number
  readonly arrivals: Arrivals
  /** Requests that may wait; further ones are given up at once. */
  readonly waitingMax: number
}

/** What one generator counted, or several together. Of a warm-up only `answersInAll` knows. */
export interface Tally {
  readonly seconds: number
  /** Requests that were meant to start. In the closed model, those that did. */
  readonly intended: number
  /** Answers by their status. */
  readonly statuses: Readonly<Record<number, number>>
  /** 2xx that came while it was counted. */
  readonly good: number
  /** 429 and 503. */
  readonly refused: number
  readonly refusedWithoutRetryAfter: number
  /** Requests whose connection ended before the answer. */
  readonly broken: number
  /** Requests that were not answered when the generator stopped to wait for them, those never sent included. */
  readonly givenUp: number
  readonly answersInAll: number
  /** Counts of a `Histogram`: microseconds to a 2xx; of what was given up, its age. */
  readonly served: Float64Array
  /** Microseconds to a refusal. */
  readonly refusal: Float64Array
  /** Microseconds by which the generator itself began late. */
  readonly late: Float64Array
  /** Of a processor, the share that the busiest generator used. */
  readonly processorShare: number
}
