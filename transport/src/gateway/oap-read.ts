/**
 * What an OAP request says, from the payloads of its frames to checked fields. It decides nothing about who may
 * say it; nobody is read who has not been recognised.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { checkFields } from '../http/check.ts'
import { decodeMessage, type Message } from '../oap/message.ts'
import { inflateParts, plainPayloads } from '../oap/parts.ts'
import type { Part } from '../oap/streams.ts'
import type { Front } from './front.ts'
import { pathOf, type PublicOperation } from './public-operations.ts'

export interface OapRequest extends Message {
  /** The path it stands for. */
  readonly path: string
}

/** Inflates where a part was compressed. Rejects with a `Refusal`. */
export async function readRequest(
  { inflater, limits }: Pick<Front, 'inflater' | 'limits'>,
  target: PublicOperation,
  parts: readonly Part[],
): Promise<OapRequest> {
  const inflate = (bytes: Uint8Array, bytesMax: number) => inflater.inflate('zstd', bytes, bytesMax)
  const plain = plainPayloads(parts)
  const payloads = plain ?? (await inflateParts(parts, inflate, limits.inflatedBytesMax))
  const message = decodeMessage(payloads, plain === null ? limits.inflatedBytesMax : limits.bodyBytesMax)
  return { ...message, path: pathOf(target, message.fields) }
}

/** What the service will see. Throws a `Refusal`. */
export function checkRequest(
  { service, name, operation, http }: PublicOperation,
  fields: Fields,
  body: Uint8Array,
): { readonly fields: Fields; readonly body: Uint8Array | null } {
  const checked = checkFields(operation.request, fields)
  if (http.takesBytes) return { fields: checked, body }
  if (body.length > 0) throw new Refusal('BadRequest', `${service}.${name} takes no body`)
  return { fields: checked, body: null }
}
