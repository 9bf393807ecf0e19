/**
 * The last events of the node: what the bus told, and when it turned ready or unready. Who listens is told of each as it
 * comes.
 */

import type { Bus } from '../bus/bus.ts'
import type { KernelEvent } from '../bus/events.ts'
import type { Clock } from '../ports/clock.ts'
import { BoundedRing, type RingBounds } from './bounded-ring.ts'

/** A readiness that changed, or events that this memory itself was too slow for. */
export type NodeEvent =
  | KernelEvent
  | { readonly kind: 'Readiness'; readonly ready: boolean; readonly missing: readonly string[] }
  | { readonly kind: 'Lost'; readonly count: number }

export interface RememberedEvent {
  readonly seq: number
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  readonly event: NodeEvent
}

export interface EventMemoryParts {
  readonly bus: Bus
  readonly clock: Clock
  readonly readiness: () => { readonly ready: boolean; readonly missing: readonly string[] }
  readonly bounds?: RingBounds
}

const usualBounds: RingBounds = { countMax: 512, bytesMax: 512 * 2 ** 10 }
const backlogMax = 256
/** What closes a gate without an event is seen by a look. */
const lookEveryMs = 1_000
const becauseMax = 512
const fixedBytes = 300

export class EventMemory {
  readonly #parts: EventMemoryParts
  readonly #ring: BoundedRing<RememberedEvent>
  readonly #listeners = new Set<(event: RememberedEvent) => void>()
  #seq = 0
  #ready = false
  #cancelLook = () => {}
  readonly #leaveBus: () => void

  constructor(parts: EventMemoryParts) {
    this.#parts = parts
    this.#ring = new BoundedRing(parts.bounds ?? usualBounds)
    this.#leaveBus = parts.bus.subscribe({
      name: 'events',
      capacity: backlogMax,
      handle: (event) => {
        this.#keep(event)
        this.#lookAtReadiness()
      },
      lagged: (count) => this.#keep({ kind: 'Lost', count }),
    })
    this.#look()
  }

  /** Oldest first. */
  items(): readonly RememberedEvent[] {
    return this.#ring.items()
  }

  /** The returned function ends it. */
  listen(listener: (event: RememberedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  stop(): void {
    this.#leaveBus()
    this.#cancelLook()
  }

  #look(): void {
    this.#lookAtReadiness()
    this.#cancelLook = this.#parts.clock.after(lookEveryMs, () => this.#look())
  }

  #lookAtReadiness(): void {
    const { ready, missing } = this.#parts.readiness()
    if (ready === this.#ready) return
    this.#ready = ready
    this.#keep({ kind: 'Readiness', ready, missing })
  }

  #keep(told: NodeEvent): void {
    const event = shortened(told)
    const remembered = { seq: this.#seq++, atMs: this.#parts.clock.now(), event }
    const because = 'because' in event ? (event.because ?? '') : ''
    this.#ring.push(remembered, fixedBytes + 2 * because.length)
    for (const listener of this.#listeners) listener(remembered)
  }
}

/** Without the stack, which is in the log. */
function shortened(event: NodeEvent): NodeEvent {
  if (!('because' in event) || event.because === undefined) return event
  const [line = ''] = event.because.split('\n')
  return { ...event, because: Buffer.from(line.slice(0, becauseMax)).toString() }
}
