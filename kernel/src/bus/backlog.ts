/**
 * What waits for one subscriber of the bus, as pure decisions: a full backlog loses its oldest event, and the
 * loss is told with the next. It knows no subscriber and no promise; `bus.ts` and the model checker run it.
 */

export interface Backlog<Event> {
  /** Oldest first. */
  readonly waiting: readonly Event[]
  /** Lost since the last delivery. */
  readonly lost: number
  /** Somebody works it off, and will come back for more. */
  readonly busy: boolean
}

export interface Delivery<Event> {
  readonly event: Event
  /** How many were lost before it. */
  readonly lost: number
}

export const noBacklog: Backlog<never> = { waiting: [], lost: 0, busy: false }

/** `wake` says that nobody works it off and somebody must begin to. */
export interface Pushed<Event> {
  readonly backlog: Backlog<Event>
  readonly lost: number
  readonly wake: boolean
}

export function pushed<Event>(
  { waiting, lost, busy }: Backlog<Event>,
  event: Event,
  capacity: number,
): Pushed<Event> {
  const kept = waiting.length < capacity ? waiting : waiting.slice(1)
  const losing = waiting.length - kept.length
  const backlog = { waiting: [...kept, event], lost: lost + losing, busy: true }
  return { backlog, lost: losing, wake: !busy }
}

/** The next delivery, or null when there is none and whoever works it off may rest. */
export function taken<Event>(backlog: Backlog<Event>): readonly [Backlog<Event>, Delivery<Event> | null] {
  const [event, ...waiting] = backlog.waiting
  if (event === undefined) return [{ ...backlog, busy: false }, null]
  return [
    { waiting, lost: 0, busy: true },
    { event, lost: backlog.lost },
  ]
}
