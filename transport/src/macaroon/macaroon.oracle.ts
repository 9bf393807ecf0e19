/**
 * The naive twin of `codec.ts` and `chain.ts`: a token written as one string of hex digits, straight from the
 * grammar, and its signature folded from the root key every time. It has no limits and reads nothing.
 */

import type { Hmac } from './chain.ts'

export interface Plain {
  readonly key: Uint8Array
  readonly identifier: string
  readonly location: string | null
  readonly predicates: readonly string[]
}

export function naiveSignature(hmac: Hmac, { key, identifier, predicates }: Plain): string {
  const generator = new Uint8Array(32)
  new TextEncoder().encodeInto('macaroons-key-generator', generator)
  let signature = hmac(generator, key)
  for (const text of [identifier, ...predicates]) signature = hmac(signature, Buffer.from(text))
  return Buffer.from(signature).toString('hex')
}

export function naiveToken(hmac: Hmac, plain: Plain): string {
  const header = field('01', plain.location) + field('02', plain.identifier) + '00'
  const caveats = plain.predicates.map((predicate) => field('02', predicate) + '00').join('')
  return `02${header}${caveats}000620${naiveSignature(hmac, plain)}`
}

function field(type: string, text: string | null): string {
  if (text === null) return ''
  const hex = Buffer.from(text).toString('hex')
  const length = hex.length / 2
  const bytes = length < 128 ? [length] : [(length % 128) + 128, Math.floor(length / 128)]
  return type + Buffer.from(bytes).toString('hex') + hex
}
