/**
 * Headers that name somebody or something: the token of a request, and the ids it goes by. What is taken is safe to
 * log and to send back, and is what a plain reader finds.
 */

import assert from 'node:assert/strict'
import { correlate, TraceIds } from '../http/correlation.ts'
import { bearerOf } from './token.ts'

const traced = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** One value of each header that is looked at, on lines of their own: authorization, traceparent, x-request-id. */
export const seeds: readonly Uint8Array[] = [
  `Bearer abc.def\n${traced}\nid-1`,
  `macaroon  xyz \n01${traced.slice(2)}-more\n`,
  `Basic abc\nff${traced.slice(2)}\nbad id`,
  `Bearer\n${traced}-more\nabc_def/1=`,
].map((text) => Buffer.from(text))

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const [authorization = '', traceparent = '', requestId = ''] = Buffer.from(input)
    .toString('latin1')
    .split(/[\r\n]/)
  token(authorization)
  const headers = new Map([
    ['traceparent', traceparent],
    ['x-request-id', requestId],
  ])
  const ids = new TraceIds({ bytes: (length) => new Uint8Array(length).fill(0xab), fraction: () => 0 })
  const found = correlate((name) => headers.get(name) ?? null, ids)
  assert.equal(found.traceId, traceIdIn(traceparent) ?? 'ab'.repeat(16))
  assert.equal(found.sampled, traceIdIn(traceparent) !== null && isOdd(traceparent.split('-')[3] ?? ''))
  const sound = requestId.length > 0 && requestId.length <= 128 && Array.from(requestId).every(isIdCharacter)
  assert.equal(found.requestId, sound ? requestId : found.traceId)
  assert.equal(found.correlationId, found.requestId)
}

function token(value: string): void {
  const found = bearerOf({ headers: [['authorization', value]] })
  const [scheme = '', credentials = '', ...rest] = value.split(/\s+/)
  const isToken = ['bearer', 'macaroon'].includes(scheme.toLowerCase()) && rest.every((one) => one === '')
  assert.equal(found, isToken && credentials !== '' ? credentials : null)
  const twice = ['authorization', value] as const
  assert.equal(bearerOf({ headers: [twice, twice] }), null, 'of two tokens none is chosen')
}

/** W3C Trace Context §3.2, part by part. */
function traceIdIn(value: string): string | null {
  const [version = '', trace = '', parent = '', flags = '', ...more] = value.split('-')
  const hex = (text: string, length: number) =>
    text.length === length && Array.from(text).every((one) => '0123456789abcdef'.includes(one))
  if (!hex(version, 2) || version === 'ff' || !hex(trace, 32) || !hex(parent, 16) || !hex(flags, 2))
    return null
  if (/^0+$/.test(trace) || /^0+$/.test(parent)) return null
  return version === '00' && more.length > 0 ? null : trace
}

function isOdd(flags: string): boolean {
  return '13579bdf'.includes(flags.charAt(1))
}

function isIdCharacter(one: string): boolean {
  return /^[A-Za-z0-9]$/.test(one) || '._:/+=-'.includes(one)
}
