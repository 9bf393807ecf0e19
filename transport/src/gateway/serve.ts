/**
 * The part of a request that is the same on every surface: through the wall, held back if a tarpit says so,
 * then to the service. What the wall refuses is returned: to throw it would cost more than to make it.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, DispatchOptions } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { failing, onward } from '../at-once.ts'
import type { Reach } from '../macaroon/check.ts'
import { noTenant } from '../oap/frame.ts'
import type { Claim, Place, Recognised } from '../wall/request.ts'
import { countFromService } from './counting.ts'
import type { Front } from './front.ts'
import type { PublicOperation } from './public-operations.ts'

/** Who asks, as a surface knows it. */
export interface Asker {
  readonly surface: Claim['surface']
  readonly token: string | Uint8Array | null
  readonly presentation: string | null
  readonly tenant?: string
  readonly peer: string
  readonly client: readonly string[]
  readonly traceId: string
}

/** The status under which a request counts whose client did not wait for the answer: nobody was sent one. */
export const clientGone = 499

/** The wall's answer to who asks, before any of the request is read. */
export function recognise(
  { wall }: Pick<Front, 'wall'>,
  { service, name: operation, verb, method }: PublicOperation,
  asker: Asker,
): Recognised | Refusal | Promise<Refusal> {
  const tags = [asker.surface, service]
  return wall.recognise({ service, operation, verb, method, tags, tenant: noTenant, ...asker })
}

/** A place behind the wall, to be released, for a request that finds room before its service; or the refusal. */
export function admit(
  front: Pick<Front, 'wall' | 'clock' | 'dispatch' | 'meter'>,
  recognised: Recognised,
  reach: Reach,
): Place | Refusal | Promise<Place | Refusal> {
  const { wall, clock } = front
  return onward<Place | Refusal, Place | Refusal>(wall.enter(recognised, reach), (place) => {
    if (place instanceof Refusal) return place
    if (place.delayMs === 0) return roomFor(front, recognised, place)
    return new Promise((resolve) => {
      clock.after(place.delayMs, () => resolve(roomFor(front, recognised, place)))
    })
  })
}

function roomFor(
  { dispatch, meter }: Pick<Front, 'dispatch' | 'meter'>,
  { claim: { service, operation }, caller: { tenant } }: Recognised,
  place: Place,
): Place | Refusal {
  const full = dispatch.full(service, operation, tenant)
  if (full === null) return place
  place.release()
  countFromService(meter, full)
  return full
}

/** The answer, unless it is the wall's refusal, which is thrown. */
export function granted<Answer>(answer: Answer | Refusal): Answer {
  if (answer instanceof Refusal) throw answer
  return answer
}

/** The service's answer. Throws or rejects with a `Refusal`. */
export function ask(
  { dispatch, meter }: Pick<Front, 'dispatch' | 'meter'>,
  target: Pick<PublicOperation, 'service' | 'name'>,
  fields: Fields,
  body: Uint8Array | null,
  options: DispatchOptions,
): Answer | Promise<Answer> {
  return failing(
    () => dispatch.call(target.service, target.name, fields, body, options),
    (cause) => {
      if (cause instanceof Refusal) countFromService(meter, cause)
      return cause
    },
  )
}

/** Anything thrown as a refusal: what was not declared is a fault, and tells the caller nothing. */
export function asRefusal(thrown: unknown, log: Front['log'], traceId: string): Refusal {
  if (thrown instanceof Refusal) return thrown
  const fault = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  log.error('fault', { trace_id: traceId, fault })
  return new Refusal('Fault', 'the node failed; the log has the reason under this trace id')
}
