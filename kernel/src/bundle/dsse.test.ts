import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelopeBytesMax, envelopeText, parseEnvelope, signaturesMax, signedBytes } from './dsse.ts'
import { BundleError } from './error.ts'

const refused = (rule: string, because: RegExp) => (thrown: unknown) =>
  thrown instanceof BundleError && thrown.rule === rule && because.test(thrown.message) && thrown.fix !== ''
const envelope = (more: object = {}) =>
  JSON.stringify({ payloadType: 'a/b', payload: 'aGk=', signatures: [{ keyid: 'k', sig: '/+8=' }], ...more })

test('the bytes that are signed have their lengths in bytes, in decimal', () => {
  const payload = Buffer.from('hello world')
  const pae = signedBytes({ payloadType: 'http://example.com/HelloWorld', payload })
  assert.equal(Buffer.from(pae).toString(), 'DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  const wide = signedBytes({ payloadType: 'é', payload: Buffer.from('ü') })
  assert.equal(Buffer.from(wide).toString(), 'DSSEv1 2 é 2 ü')
})

test('an envelope is read as it was written', () => {
  const read = parseEnvelope(envelope())
  const payload = Buffer.from(read.payload).toString()
  assert.deepEqual([payload, read.payloadType, read.signatures[0]?.keyid], ['hi', 'a/b', 'k'])
  assert.deepEqual(parseEnvelope(envelopeText(read)), read)
})

test('both alphabets are read, with padding or without, and members that are not known are left alone', () => {
  for (const sig of ['/+8=', '_-8=', '/+8', '_-8']) {
    const read = parseEnvelope(envelope({ signatures: [{ sig, keyid: null, cert: 'x' }], more: 1 }))
    assert.deepEqual([...(read.signatures[0]?.sig ?? [])], [255, 239], sig)
    assert.equal(read.signatures[0]?.keyid, '')
  }
})

test('what is no envelope is refused by the place that is wrong', () => {
  for (const [text, because] of [
    ['{', /no JSON/],
    ['[]', /the envelope is no object/],
    [envelope({ payloadType: 7 }), /payloadType is no text/],
    [envelope({ payload: undefined }), /payload is no text/],
    [envelope({ payload: 'a' }), /payload is no base64/],
    [envelope({ payload: 'aGk==' }), /payload is no base64/],
    [envelope({ payload: 'aG k=' }), /payload is no base64/],
    [envelope({ payload: '/-8=' }), /payload is no base64/],
    [envelope({ signatures: {} }), /signatures is no list/],
    [envelope({ signatures: [null] }), /signatures\[0\] is no object/],
    [envelope({ signatures: [{ keyid: 'k' }] }), /signatures\[0\]\.sig is no text/],
    [envelope({ signatures: [{ keyid: 'k'.repeat(257), sig: '' }] }), /more than 256 characters/],
  ] as const) {
    assert.throws(() => parseEnvelope(text), refused('bundle.envelope', because), text)
  }
})

test('an envelope has bounds, and one more than they allow is refused', () => {
  const signatures = (many: number) =>
    envelope({ signatures: Array.from({ length: many }, () => ({ sig: '' })) })
  assert.equal(parseEnvelope(signatures(signaturesMax)).signatures.length, signaturesMax)
  assert.throws(
    () => parseEnvelope(signatures(signaturesMax + 1)),
    refused('bundle.envelope', /17 signatures/),
  )
  const padded = envelope().padEnd(envelopeBytesMax)
  assert.equal(parseEnvelope(padded).payloadType, 'a/b')
  assert.throws(() => parseEnvelope(`${padded} `), refused('bundle.size', /1048577 bytes/))
})
