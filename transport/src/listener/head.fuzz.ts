/**
 * Heads of requests: where the body ends has one reading or none, and a reader that goes by the list of RFC 9112 §6.3
 * has the same. What is offered in a handshake is what was written.
 */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { bodyLength, framingOf } from './framing.ts'
import { handshakeFraming, offeredProtocols } from './handshake.ts'
import type { Headers } from './headers.ts'

/** A header on each line. */
export const seeds: readonly Uint8Array[] = [
  'host: a',
  'host: a\ncontent-length: 5',
  'host: a\ntransfer-encoding: Chunked',
  'host: a\ncontent-length: 5\ntransfer-encoding: chunked',
  'host: a\ncontent-length: 5\ncontent-length: 5',
  'host: a\nsec-websocket-version: 13\nsec-websocket-protocol: oap.1, other',
].map((text) => Buffer.from(text))

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const headers = Buffer.from(input).toString('latin1').split('\n').map(pairOf)
  const length = bodyLength(headers)
  assert.equal(length instanceof Refusal ? 'in doubt' : length, plainly(headers))
  const head = { method: 'GET', path: '/', query: '', headers }
  const framing = framingOf(head, 4_096)
  const bytes = headers.reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, 18)
  if (bytes <= 4_096) assert.deepEqual(framing, length)
  else assert.ok(framing instanceof Refusal && framing.code === 'HeadersTooLarge')
  const version = headers.find(([name]) => name === 'sec-websocket-version')?.[1]
  assert.equal(handshakeFraming(head, framing) === 0, framing === 0 && version === '13')
  const written = headers.filter(([name]) => name === 'sec-websocket-protocol').map(([, value]) => value)
  for (const name of offeredProtocols(head)) {
    assert.ok(name !== '' && !name.includes(',') && written.some((value) => value.includes(name)))
  }
}

function pairOf(line: string): readonly [name: string, value: string] {
  const [name = '', ...rest] = line.split(':')
  return [name.toLowerCase(), rest.join(':').trim()]
}

function plainly(headers: Headers): number | null | 'in doubt' {
  const all = (wanted: string) => headers.flatMap(([name, value]) => (name === wanted ? [value] : []))
  const [hosts, lengths, codings] = [all('host'), all('content-length'), all('transfer-encoding')]
  if (hosts.length !== 1 || !isHost(hosts[0] ?? '') || lengths.length + codings.length > 1) return 'in doubt'
  const [length, coding] = [lengths[0], codings[0]]
  if (coding !== undefined) return coding.toLowerCase() === 'chunked' ? null : 'in doubt'
  if (length === undefined) return 0
  const digits = length !== '' && length.length <= 15 && Array.from(length).every(isDigit)
  return digits ? Number(length) : 'in doubt'
}

/** By the grammar of RFC 3986 §3.2.2, a character at a time. */
function isHost(text: string): boolean {
  const colon = text.startsWith('[') ? text.indexOf(':', text.indexOf(']')) : text.indexOf(':')
  const [name, port] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
  const inside = name.startsWith('[') ? name.slice(1, -1) : name
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.~-%'
  const allowed = name.startsWith('[') ? `${letters}:` : `${letters}!$&'()*+,;=`
  if (name.startsWith('[') && (inside === '' || !name.endsWith(']'))) return false
  return Array.from(inside).every((one) => allowed.includes(one)) && Array.from(port).every(isDigit)
}

function isDigit(one: string): boolean {
  return one >= '0' && one <= '9'
}
