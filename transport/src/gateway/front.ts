/** What every surface of the node works with. Made once by whoever puts the node together. */

import type { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Dispatch } from '@ron/kernel/ports/dispatch'
import type { Log } from '@ron/kernel/ports/log'
import type { FrontMeter } from '@ron/kernel/ports/meter'
import type { Random } from '@ron/kernel/ports/random'
import type { RequestObserver } from '@ron/kernel/ports/requests'
import type { TraceIds } from '../http/correlation.ts'
import type { Inflater } from '../inflate/inflate.ts'
import type { Wall } from '../wall/request.ts'

export interface Front {
  readonly wall: Wall
  readonly dispatch: Dispatch
  readonly inflater: Inflater
  readonly meter: FrontMeter
  readonly clock: Clock
  readonly random: Random
  readonly traceIds: TraceIds
  readonly log: Log
  readonly requests: RequestObserver
  /**
   * Null when an operation may begin. While the node drains, calls on the connections that are left still may;
   * what `lasts`, a subscription, may not. While it is overloaded, operations of some verbs may not.
   */
  readonly gate: (lasts: boolean, verb?: string) => Refusal | null
  readonly limits: FrontLimits
}

export interface FrontLimits {
  /** Of an HTTP body and an OAP frame, as sent. */
  readonly bodyBytesMax: number
  readonly chunkBytesMax: number
  readonly inflatedBytesMax: number
  readonly decompressRatioMax: number
  /** Unanswered requests on one connection. */
  readonly inFlightMax: number
}
