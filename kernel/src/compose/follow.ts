/**
 * Keeps a subscription to a service alive across its restarts, for what the front end must know at once:
 * the policy's version, the overlay's ceilings. Between two subscriptions the follower is told so, and what
 * it knew no longer counts.
 */

import { noTenant } from '@ron/transport/oap/frame'
import type { Bus } from '../bus/bus.ts'
import type { Caller, EventOf, Operation } from '../contract/contract.ts'
import type { Clock } from '../ports/clock.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import type { Fields } from '../ports/port.ts'

/** The kernel asks on its own behalf. */
export const kernelCaller: Caller = { subject: 'kernel', tenant: noTenant, traceId: '0'.repeat(32) }

/** A service that is up and ends the subscription all the same is asked again after this long. */
const retryMs = 50
const eventsMax = 64

export interface Follower<Op extends Operation> {
  readonly service: string
  readonly operation: string
  changed(event: EventOf<Op>): void
  /** The subscription ended; nothing is known until `changed` is called again. */
  lost(): void
}

/** Subscribes anew as soon as the bus says that the service is up. The returned function ends it. */
export function follow<Op extends Operation>(
  dispatch: Dispatch,
  bus: Bus,
  clock: Clock,
  log: Log,
  follower: Follower<Op>,
): () => void {
  const { service, operation } = follower
  const stop = new AbortController()
  let cancelRetry = () => {}
  let subscribed = false

  const subscribe = async () => {
    if (subscribed) return
    subscribed = true
    cancelRetry()
    try {
      // The compiler held the service to its contract, which says what the event is.
      const onEvent = (fields: Fields) => follower.changed(fields as EventOf<Op>)
      await dispatch.call(service, operation, {}, null, {
        caller: kernelCaller,
        signal: stop.signal,
        onEvent,
      })
    } catch (cause) {
      log.debug('a subscription ended', { service, operation, cause: String(cause) })
    }
    subscribed = false
    if (stop.signal.aborted) return
    follower.lost()
    cancelRetry = clock.after(retryMs, () => void subscribe())
  }

  const leaveBus = bus.subscribe({
    name: `${service} follower`,
    capacity: eventsMax,
    handle(event) {
      if (event.kind === 'Health' && event.service === service && event.ok) void subscribe()
    },
    lagged: () => void subscribe(),
  })
  void subscribe()
  return () => {
    leaveBus()
    stop.abort()
    cancelRetry()
  }
}
