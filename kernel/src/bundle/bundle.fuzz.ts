/**
 * Configuration bundles: an envelope and what is in it are read or refused by rule, and what is read is written back to
 * something that reads the same. Whoever signed, the bytes that are signed have one way to be taken apart.
 */

import assert from 'node:assert/strict'
import { orDeclared } from '../system/declared.fixture.ts'
import { envelopeText, parseEnvelope, signaturesMax, signedBytes, type Envelope } from './dsse.ts'
import { BundleError } from './error.ts'
import { openBundle, payloadOf, payloadType, type Bundle } from './manifest.ts'
import { revokedSigners } from './revocations.ts'

const signatures = [{ keyid: 'k', sig: new Uint8Array(64) }]
const bundle = {
  version: 7,
  createdMs: 1_900_000_000_000,
  expiresMs: 1_900_000_001_000,
  minNode: '0.1.0',
  parts: new Map([
    ['node.toml', '[limits]\nmax_conns = 7\n'],
    ['keys.json', `{"revoked_signers":["${'0a'.repeat(32)}"]}`],
  ] as const),
} satisfies Bundle

/** Envelopes, and what is inside of one, which is read as if it had come in one. */
export const seeds: readonly Uint8Array[] = [
  Buffer.from(envelopeText({ payloadType, payload: payloadOf(bundle), signatures })),
  Buffer.from('{"payloadType":"t","payload":"YQ","signatures":[{"sig":"","keyid":null}]}'),
  payloadOf(bundle),
  Buffer.from(
    '{"version":1,"created":"2030-01-01T00:00:00Z","expires":"2030-02-01T00:00:00Z","min_node":"1.2.3-x","parts":{"policy.json":""}}',
  ),
]

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const text = Buffer.from(input).toString()
  const envelope = orRefused(() => parseEnvelope(text))
  if (envelope !== null) enveloped(envelope)
  manifest(envelope ?? { payloadType, payload: input, signatures })
}

function enveloped(envelope: Envelope): void {
  assert.ok(envelope.signatures.length <= signaturesMax)
  assert.deepEqual(plain(parseEnvelope(envelopeText(envelope))), plain(envelope))
  const { payloadType: type, payload } = envelope
  const bytes = signedBytes(envelope)
  assert.equal(
    bytes.length,
    `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `.length -
      type.length +
      Buffer.byteLength(type) +
      payload.length,
  )
  assert.equal(Buffer.compare(bytes.subarray(bytes.length - payload.length), payload), 0)
}

function manifest(envelope: Envelope): void {
  const opened = orRefused(() => openBundle(envelope))
  if (opened === null) return
  assert.ok(opened.version >= 1 && opened.createdMs < opened.expiresMs && opened.parts.size > 0)
  assert.deepEqual(openBundle({ ...envelope, payload: payloadOf(opened) }), opened)
  const revoked = orRefused(() => revokedSigners(opened))
  for (const id of revoked ?? []) assert.match(id, /^[0-9a-f]{64}$/)
}

/** Of plain bytes, for they come in arrays of more than one kind. */
function plain({ payload, signatures: all, ...rest }: Envelope) {
  return {
    ...rest,
    payload: [...payload],
    signatures: all.map(({ keyid, sig }) => ({ keyid, sig: [...sig] })),
  }
}

/** Null when it was refused as bundles are. */
function orRefused<Read>(read: () => Read): Read | null {
  return orDeclared(
    read,
    (thrown) => thrown instanceof BundleError && thrown.message.length < 500 && thrown.fix !== '',
  )
}
