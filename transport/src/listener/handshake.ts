/** What a WebSocket handshake says, judged as RFC 6455 §4.2.2 has it. It knows no driver. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { header, headerValues } from './headers.ts'
import type { RequestHead } from './listener.ts'

/**
 * What is wrong with a handshake, or 0 for its body. Libraries take other versions too; there is one, and it is named
 * to those who ask for another. What comes after a handshake are messages, so it has no body.
 */
export function handshakeFraming({ headers }: RequestHead, framing: number | null | Refusal): 0 | Refusal {
  if (framing instanceof Refusal) return framing
  if (header(headers, 'sec-websocket-version') !== '13') {
    return new Refusal('BadRequest', 'WebSocket version 13 is the one spoken here', {
      headers: { 'sec-websocket-version': '13' },
    })
  }
  if (framing !== 0) return new Refusal('BadRequest', 'a WebSocket handshake has no body')
  return 0
}

/** Subprotocols the client offers, in its order. */
export function offeredProtocols({ headers }: RequestHead): string[] {
  const listed = headerValues(headers, 'sec-websocket-protocol').join(',').split(',')
  return listed.map((name) => name.trim()).filter((name) => name !== '')
}

/** At most 123 bytes of UTF-8, no character in parts: what fits beside the code (§5.5). */
export function closeReason(reason: string): Uint8Array {
  const room = new Uint8Array(123)
  return room.subarray(0, new TextEncoder().encodeInto(reason, room).written)
}
