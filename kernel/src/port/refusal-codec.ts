/**
 * What a refusal carries beyond its code and message, as bytes: first which parts there are, then the parts.
 * Read into exactly its type, for the front end makes response headers of it.
 */

import type { Explain, RefusalMore } from '../contract/refusals.ts'
import { Garbled } from '../ring/ring-memory.ts'
import type { Decoder } from './decoder.ts'
import type { Encoder } from './encoder.ts'

const part = { retryAfterMs: 1, explain: 2, headers: 4 } as const

export function encodeMore(into: Encoder, { retryAfterMs, explain, headers }: RefusalMore): void {
  into.byte(
    (retryAfterMs === undefined ? 0 : part.retryAfterMs) |
      (explain === undefined ? 0 : part.explain) |
      (headers === undefined ? 0 : part.headers),
  )
  if (retryAfterMs !== undefined) into.float(retryAfterMs)
  if (explain !== undefined) encodeExplain(into, explain)
  if (headers !== undefined) into.value(headers)
}

export function decodeMore(from: Decoder): RefusalMore {
  const parts = from.byte()
  return {
    ...(parts & part.retryAfterMs ? { retryAfterMs: from.float() } : {}),
    ...(parts & part.explain ? { explain: decodeExplain(from) } : {}),
    ...(parts & part.headers ? { headers: decodeHeaders(from) } : {}),
  }
}

function encodeExplain(into: Encoder, { wall, rule, caveat, fix }: Explain): void {
  into.string(wall)
  for (const line of [rule, caveat, fix]) into.value(line)
}

function decodeExplain(from: Decoder): Explain {
  const wall = from.string()
  const [rule, caveat, fix] = [from.value(), from.value(), from.value()]
  return {
    wall,
    ...(rule === undefined ? {} : { rule: text(rule) }),
    ...(caveat === undefined ? {} : { caveat: text(caveat) }),
    ...(fix === undefined ? {} : { fix: text(fix) }),
  }
}

function decodeHeaders(from: Decoder): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(from.fields()).map(([name, value]) => [name, text(value)]))
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Garbled('a refusal with a line that is no text')
  return value
}
