/**
 * Messages as bytes. Each begins with its kind and its id; what follows is in the order in which it is
 * written here. A body is among them, or beside them: then only its length is.
 */

import { isRefusalCode } from '../contract/refusals.ts'
import type { Message } from '../ports/port.ts'
import { Garbled } from '../ring/ring-memory.ts'
import type { Decoder } from './decoder.ts'
import type { Encoder } from './encoder.ts'
import { decodeMore, encodeMore } from './refusal-codec.ts'

const kind = { request: 0, cancel: 1, opened: 2, credit: 3, event: 4, reply: 5, refusal: 6 } as const
const body = { none: 0, inside: 1, beside: 2 } as const

/** Fetches the body of so many bytes that came beside the message. */
type Beside = (bytes: number) => Uint8Array

/** Throws for what cannot cross between threads. */
export function encodeMessage(into: Encoder, message: Message, bodyBeside: boolean): void {
  into.byte(kind[message.kind])
  into.uint(message.id)
  switch (message.kind) {
    case 'request':
      into.name(message.operation)
      into.name(message.caller.subject)
      into.name(message.caller.tenant)
      into.string(message.caller.traceId)
      into.number(message.timeoutMs)
      into.value(message.fields)
      return encodeBody(into, message.body, bodyBeside)
    case 'reply':
      into.uint(message.micros)
      into.value(message.fields)
      return encodeBody(into, message.body, bodyBeside)
    case 'event':
      into.uint(message.also.length)
      for (const id of message.also) into.uint(id)
      return into.value(message.fields)
    case 'credit':
      return into.uint(message.events)
    case 'refusal':
      into.uint(message.micros)
      into.name(message.code)
      into.string(message.message)
      return encodeMore(into, message.more)
    case 'cancel':
    case 'opened':
  }
}

/** Throws `Garbled` for what `encodeMessage` does not write. */
export function decodeMessage(from: Decoder, beside: Beside): Message {
  const which = from.byte()
  const id = from.uint()
  switch (which) {
    case kind.request: {
      const operation = from.name()
      const caller = { subject: from.name(), tenant: from.name(), traceId: from.string() }
      const timeoutMs = from.number()
      return {
        kind: 'request',
        id,
        operation,
        fields: from.fields(),
        body: decodeBody(from, beside),
        caller,
        timeoutMs,
      }
    }
    case kind.reply:
      return { kind: 'reply', id, micros: from.uint(), fields: from.fields(), body: decodeBody(from, beside) }
    case kind.event:
      return { kind: 'event', id, also: decodeIds(from), fields: from.fields() }
    case kind.credit:
      return { kind: 'credit', id, events: from.uint() }
    case kind.refusal: {
      const micros = from.uint()
      const code = from.name()
      if (!isRefusalCode(code)) throw new Garbled(`a refusal ${code}`)
      return { kind: 'refusal', id, micros, code, message: from.string(), more: decodeMore(from) }
    }
    case kind.cancel:
      return { kind: 'cancel', id }
    case kind.opened:
      return { kind: 'opened', id }
    default:
      throw new Garbled(`a message of kind ${which}`)
  }
}

/** One by one: a count that promises more than there is ends with the record. */
function decodeIds(from: Decoder): number[] {
  const ids: number[] = []
  for (let left = from.uint(); left > 0; left--) ids.push(from.uint())
  return ids
}

function encodeBody(into: Encoder, bytes: Uint8Array | null, beside: boolean): void {
  if (bytes === null) return into.byte(body.none)
  into.byte(beside ? body.beside : body.inside)
  if (beside) into.uint(bytes.length)
  else into.bytes(bytes)
}

function decodeBody(from: Decoder, beside: Beside): Uint8Array | null {
  const where = from.byte()
  if (where === body.none) return null
  return where === body.beside ? beside(from.uint()) : from.bytes()
}
