/** The JSON body of a request to the admin plane: an object of named members, each read as what it must be. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { MacaroonError } from '@ron/transport/macaroon/error'
import type { Exchange } from '@ron/transport/listener/listener'

const bodyBytesMax = 16 * 1024

export interface Members {
  /** Null when it is not there. Throws a `Refusal` when it is no text. */
  text(name: string): string | null
  /** The same for a text that must be there. */
  needed(name: string): string
  /** A whole number of at most `max`; null when it is not there. */
  count(name: string, max: number): number | null
  /** A list of texts; empty when it is not there. */
  texts(name: string): readonly string[]
  flag(name: string): boolean
}

/** Rejects with a `Refusal` for what is no object, and for a member that is none of `names`. */
export async function membersOf(exchange: Exchange, names: readonly string[]): Promise<Members> {
  const members = objectOf(await exchange.readBody(bodyBytesMax))
  for (const name of members.keys()) {
    if (!names.includes(name))
      throw new Refusal(
        'BadRequest',
        `the body has a member ${JSON.stringify(name)}; it may have ${names.join(', ')}`,
      )
  }
  const wrong = (name: string, what: string) => new Refusal('BadRequest', `${name} is ${what}`)
  const text = (name: string) => {
    const value = members.get(name) ?? null
    if (value !== null && typeof value !== 'string') throw wrong(name, 'a text')
    return value
  }
  return {
    text,
    needed(name) {
      const value = text(name)
      if (value === null || value === '') throw wrong(name, 'needed, as a text')
      return value
    },
    count(name, max) {
      const value = members.get(name) ?? null
      if (value === null) return null
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value
      throw wrong(name, `a whole number, 0 to ${max}`)
    },
    texts(name) {
      const value = members.get(name) ?? []
      const items: readonly unknown[] = Array.isArray(value) ? value : [value]
      if (Array.isArray(value) && items.every((item) => typeof item === 'string')) return items
      throw wrong(name, 'a list of texts')
    },
    flag(name) {
      const value = members.get(name) ?? false
      if (typeof value !== 'boolean') throw wrong(name, 'true or false')
      return value
    },
  }
}

/** What `read` makes of a token or a caveat; what it cannot read is refused with its reason. */
export function readable<Read>(read: () => Read): Read {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof MacaroonError)) throw cause
    throw new Refusal('BadRequest', cause.message, { explain: { wall: 'handler', fix: cause.fix } })
  }
}

function objectOf(body: Uint8Array): ReadonlyMap<string, unknown> {
  if (body.length === 0) return new Map()
  const value = parsed(body)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value))
  throw new Refusal('BadRequest', 'the body is no JSON object')
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new Refusal('BadRequest', 'the body is no JSON object', {}, { cause })
  }
}
