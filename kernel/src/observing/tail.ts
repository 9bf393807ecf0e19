/** Who follows the events and the requests of a node: first what is remembered, then what happens. */

import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallSignal } from '../ports/dispatch.ts'
import type { Fields } from '../ports/port.ts'
import type { TailFilter } from '../ports/requests.ts'
import type { EventMemory, RememberedEvent } from './event-memory.ts'
import type { Remembered } from './remembered.ts'
import type { RequestMemory } from './request-memory.ts'
import { Subscriber } from './subscriber.ts'

export interface TailParts {
  readonly clock: Clock
  readonly events: EventMemory
  readonly requests: RequestMemory
}

const subscribersMax = 16

export class Tail {
  readonly #parts: TailParts
  #subscribers = 0

  constructor(parts: TailParts) {
    this.#parts = parts
  }

  /** Resolves when there is no more, or nobody listens. Rejects with a `Refusal` when there are too many, and as `stillMay` throws. */
  async subscribe(
    filter: TailFilter,
    send: (item: Fields) => Promise<void>,
    gone: CallSignal,
    stillMay: () => void,
  ): Promise<void> {
    if (this.#subscribers >= subscribersMax) {
      const fix = 'end one of them, such as a ronctl tail that was left running'
      throw new Refusal('Busy', `${subscribersMax} follow this node already, the most that may`, {
        explain: { wall: 'handler', fix },
      })
    }
    const { clock, events, requests } = this.#parts
    const subscriber = new Subscriber(clock)
    this.#subscribers++
    const leave = [
      filter.events && filter.follow
        ? events.listen((event) => subscriber.offer(eventItem(event)))
        : () => {},
      filter.requests && filter.follow
        ? requests.listen((request) => {
            if (chosen(request, filter)) subscriber.sample(() => requestItem(request))
          })
        : () => {},
    ]
    try {
      const past = this.#remembered(filter)
      for (const item of past) if (!gone.aborted) await send(item)
      if (gone.aborted) return
      await send({ kind: 'now', at: new Date(clock.now()).toISOString(), remembered: past.length })
      if (filter.follow) await subscriber.run(send, gone, stillMay)
    } finally {
      for (const leaving of leave) leaving()
      this.#subscribers--
    }
  }

  #remembered(filter: TailFilter): readonly Fields[] {
    const { events, requests } = this.#parts
    const past = [
      ...(filter.events ? events.items().map((event) => ({ atMs: event.atMs, item: eventItem(event) })) : []),
      ...(filter.requests
        ? requests
            .refusals()
            .filter((request) => chosen(request, filter))
            .map((request) => ({ atMs: request.atMs, item: requestItem(request) }))
        : []),
    ]
    return past
      .toSorted((a, b) => a.atMs - b.atMs)
      .slice(filter.limit === 0 ? past.length : -filter.limit)
      .map(({ item }) => item)
  }
}

export function chosen(request: Remembered, { status, operation, tenant, id }: TailFilter): boolean {
  const { requestId, correlationId, traceId } = request
  return (
    (status === null || statusFits(request.status, status)) &&
    (operation === null ||
      request.operation === operation ||
      request.operation.startsWith(`${operation}.`)) &&
    (tenant === null || request.tenant === tenant) &&
    (id === null || [requestId, correlationId, traceId].includes(id))
  )
}

function statusFits(status: number, wanted: string): boolean {
  return wanted.endsWith('xx') ? wanted[0] === String(status)[0] : wanted === String(status)
}

function eventItem({ seq, atMs, event }: RememberedEvent): Fields {
  const { kind, ...members } = event
  return { kind: 'event', seq, at: new Date(atMs).toISOString(), event: kind, ...told(members) }
}

/** As the admin surface writes names. */
function told(members: object): Fields {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => {
      const written = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      return value === undefined ? [] : [[written, value]]
    }),
  )
}

export function requestItem(request: Remembered): Fields {
  const {
    atMs,
    requestId,
    traceId,
    method,
    route,
    operation,
    peer,
    tenant,
    subject,
    status,
    refused,
    stages,
  } = request
  return {
    kind: 'request',
    at: new Date(atMs).toISOString(),
    request_id: requestId,
    trace_id: traceId,
    method,
    route,
    operation,
    peer,
    tenant,
    subject,
    status,
    outcome: refused === null ? 'ok' : refused.code,
    ms: stages.totalMs,
  }
}
