/**
 * The part of a request that is the same on every surface: through the wall, held back if a tarpit says so,
 * then to the service. The place the wall gave is returned however it ends.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, DispatchOptions } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { noTenant } from '../oap/frame.ts'
import type { Verdict, WallRequest } from '../wall/request.ts'
import { countFromService } from './counting.ts'
import type { Front } from './front.ts'
import type { PublicOperation } from './public-operations.ts'

/** Who asks, as a surface knows it. */
export interface Asker {
  readonly surface: WallRequest['surface']
  readonly token: string | Uint8Array | null
  readonly tenant?: string
  readonly peer: string
  readonly traceId: string
}

/** The status under which a request counts whose client did not wait for the answer: nobody was sent one. */
export const clientGone = 499

type Admitted = Verdict & { readonly admitted: true }

/** A place behind the wall. `grow` must be called when the body turns out longer than what was admitted. */
export interface Admission {
  readonly caller: Caller
  grow(bodyBytes: number): Promise<void>
  release(): void
}

/** Rejects with the wall's `Refusal`. `bodyBytes` is what is known so far. */
export async function admit(
  { wall, clock }: Pick<Front, 'wall' | 'clock'>,
  target: PublicOperation,
  path: string,
  bodyBytes: number,
  asker: Asker,
): Promise<Admission> {
  const { service, name: operation, verb, method } = target
  const enter = async (bytes: number): Promise<Admitted> => {
    const verdict = await wall.enter({
      service,
      operation,
      verb,
      method,
      path,
      bodyBytes: bytes,
      tags: [asker.surface, service],
      tenant: noTenant,
      ...asker,
    })
    if (!verdict.admitted) throw verdict.refusal
    return verdict
  }
  let admitted = await enter(bodyBytes)
  let known = bodyBytes
  if (admitted.delayMs > 0) {
    const { delayMs } = admitted
    await new Promise<void>((resolve) => clock.after(delayMs, resolve))
  }
  return {
    caller: admitted.caller,
    async grow(bytes) {
      if (bytes <= known) return
      admitted.release()
      admitted = await enter(bytes)
      known = bytes
    },
    release: () => admitted.release(),
  }
}

/** The service's answer. Rejects with a `Refusal`. */
export async function ask(
  { dispatch, meter }: Pick<Front, 'dispatch' | 'meter'>,
  target: PublicOperation,
  fields: Fields,
  body: Uint8Array | null,
  options: DispatchOptions,
): Promise<Answer> {
  try {
    return await dispatch.call(target.service, target.name, fields, body, options)
  } catch (cause) {
    if (cause instanceof Refusal) countFromService(meter, cause)
    throw cause
  }
}

/** Anything thrown as a refusal: what was not declared is a fault, and tells the caller nothing. */
export function asRefusal(thrown: unknown, log: Front['log'], traceId: string): Refusal {
  if (thrown instanceof Refusal) return thrown
  const fault = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  log.error('fault', { trace_id: traceId, fault })
  return new Refusal('Fault', 'the node failed; the log has the reason under this trace id')
}
