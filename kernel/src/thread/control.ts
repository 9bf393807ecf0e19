/**
 * What the kernel and a service's thread say to each other beside the requests: the start package, wiring,
 * health, log lines and the stop. Requests never travel here.
 */

import type { StateLease, StatePlace } from '../arena/arena.ts'
import type { ServiceShape } from '../call/answering.ts'
import type { Health } from '../contract/contract.ts'
import type { LogFields } from '../ports/log.ts'
import type { PortSeed } from '../port/ring-port.ts'
import type { Failure } from '../supervisor/cause.ts'
import type { Fall } from './fall.ts'

/** Everything a thread is born with. Plain data, so that it crosses. */
export interface Birth {
  readonly shape: ServiceShape
  /** URL of `host.js`, the first file the thread runs. */
  readonly hostUrl: string
  /** URL of the module whose default export is the service. */
  readonly moduleUrl: string
  readonly config: unknown
  /** Contracts of the services it uses; their ports come as `peer` messages. */
  readonly peers: readonly ServiceShape[]
  /** One counter page: `vitals.ts`. */
  readonly vitals: SharedArrayBuffer
  /** Where the service keeps what outlives its threads. It is followed from birth, and owned from `begin` on. */
  readonly state: StatePlace | null
  /** Most that its heap may hold; buffers are not part of it. */
  readonly heapBytesMax: number
}

export type ToThread =
  /** A new caller: the kernel, or a service that uses this one. */
  | { readonly kind: 'caller'; readonly seed: PortSeed }
  /** A port to a used service, replacing the one before. */
  | { readonly kind: 'peer'; readonly name: string; readonly seed: PortSeed }
  /**
   * The ports to all used services that are up have been sent: the service may start and call them. What it
   * keeps beyond its thread comes last, since a thread made in advance must not own it yet.
   */
  | { readonly kind: 'begin'; readonly state: StateLease | null }
  | { readonly kind: 'stop' }
  /** A drill: end without having been asked to stop. */
  | { readonly kind: 'fall'; readonly how: Fall }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export type FromThread =
  | { readonly kind: 'ready' }
  /** Its last words: from here on the thread stands still until it is taken down. One out of memory has none. */
  | ({ readonly kind: 'fallen' } & Failure)
  | { readonly kind: 'health'; readonly health: Health }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields }
