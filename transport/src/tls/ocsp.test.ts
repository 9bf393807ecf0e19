import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { answered, issued, type Issued, type WantedAnswer } from './certificate.fixture.ts'
import { stapleOf } from './ocsp.ts'

const nowMs = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000
const authority = issued({ name: 'authority', authority: true }, nowMs)
const node = issued({ name: 'node', issuer: authority }, nowMs)
const other = issued({ name: 'other', issuer: authority }, nowMs)
// Named as the authority, with another key.
const impostor = issued({ name: 'authority', authority: true }, nowMs)

const chain = [node, authority].map(({ certificate }) => new X509Certificate(certificate))

function judged(
  of: Issued,
  issuer: Issued,
  wanted: WantedAnswer = {},
  through: (der: Buffer) => Uint8Array = (der) => der,
): ReturnType<typeof stapleOf> {
  return stapleOf('node.ocsp', through(answered(of, issuer, wanted, nowMs)), chain, nowMs)
}

test('an answer that is about the certificate, good and of now is stapled for as long as it holds', () => {
  assert.equal(judged(node, authority, { untilMs: nowMs + hourMs }).untilMs, nowMs + hourMs)
  // Without the authority in the chain its key cannot be compared.
  const alone = stapleOf('node.ocsp', answered(node, impostor, {}, nowMs), chain.slice(0, 1), nowMs)
  assert.equal(alone.untilMs, nowMs + 24 * hourMs)
})

test('what is wrong with an answer is told with the file it is in', () => {
  const cases: [Issued, Issued, WantedAnswer, RegExp][] = [
    [other, authority, {}, /^the OCSP answer in node\.ocsp is about another certificate; fetch/],
    [node, impostor, {}, /is about another certificate/],
    [node, other, {}, /is about another certificate/],
    [node, authority, { status: 'revoked' }, /does not say that the certificate is good; fetch/],
    [node, authority, { status: 'unknown' }, /does not say that the certificate is good/],
    [node, authority, { untilMs: nowMs }, /ended at 2026-01-01T00:00:00\.000Z; fetch a new one/],
    [node, authority, { untilMs: null }, /does not say until when it holds/],
    [
      node,
      authority,
      { fromMs: nowMs + hourMs, untilMs: nowMs + 2 * hourMs },
      /holds only from 2026-01-01T01/,
    ],
  ]
  for (const [of, issuer, wanted, said] of cases)
    assert.throws(() => judged(of, issuer, wanted), { message: said })
})

test('what is cut, longer, or no answer is told, and never read past its end', () => {
  const whole = answered(node, authority, {}, nowMs)
  const none = /^node\.ocsp holds no OCSP answer in DER \(.*\); fetch one/
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => judged(node, authority, {}, () => whole.subarray(0, length)), { message: none })
  assert.throws(() => judged(node, authority, {}, (der) => Buffer.concat([der, Buffer.of(5, 0)])), {
    message: none,
  })
  assert.throws(() => judged(node, authority, {}, () => Buffer.from('30030a0106', 'hex')), {
    message: /the authority refused to answer/,
  })
})

test('whatever byte of an answer is another, it is read or refused, and nothing else happens', () => {
  const whole = answered(node, authority, {}, nowMs)
  for (let at = 0; at < whole.length; at++)
    for (const bits of [0x01, 0x80, 0xff]) {
      const der = Uint8Array.from(whole)
      der[at] = (der[at] ?? 0) ^ bits
      try {
        stapleOf('node.ocsp', der, chain, nowMs)
      } catch (error) {
        assert.ok(error instanceof Error)
        assert.match(error.message, /node\.ocsp/)
      }
    }
})
