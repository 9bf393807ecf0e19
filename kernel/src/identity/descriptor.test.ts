import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { descriptorText, signerOf, type Descriptor } from './descriptor.ts'
import { meetingText, type Meeting } from './meeting.ts'
import { isSignedBy, nodeIdOf } from './node-id.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(12)
const descriptor: Descriptor = {
  v: 1,
  kind: 'node',
  key: raw.toString('base64'),
  name: 'a.example',
  addresses: ['http://127.0.0.1:1', 'ws://b'],
  services: [{ name: 'storage', protocol: 257, operations: ['get', 'put'] }],
  profile: 'micro',
  version: '0.1.0',
  issued_ms: 1,
  expires_ms: 2,
  seq: 3,
}
const signed = (text: string) => sign(null, Buffer.from(text), privateKey).toString('base64')

test('the text of a descriptor is the JSON of RFC 8785 behind a line of its own', () => {
  assert.equal(
    descriptorText(descriptor),
    'ron-descriptor/1\n' +
      `{"addresses":["http://127.0.0.1:1","ws://b"],"expires_ms":2,"issued_ms":1,"key":"${descriptor.key}",` +
      '"kind":"node","name":"a.example","profile":"micro","seq":3,' +
      '"services":[{"name":"storage","operations":["get","put"],"protocol":257}],"v":1,"version":"0.1.0"}',
  )
  const turned: Descriptor = JSON.parse(
    JSON.stringify(Object.fromEntries(Object.entries(descriptor).toReversed())),
  )
  assert.equal(descriptorText(turned), descriptorText(descriptor))
})

test('who signed a descriptor is known by its key, and a change of any field shows', () => {
  const signature = signed(descriptorText(descriptor))
  assert.equal(signerOf(descriptor, signature), nodeIdOf(raw))
  const changes: readonly Partial<Descriptor>[] = [
    { kind: 'service' },
    { key: Buffer.alloc(32, 1).toString('base64') },
    { key: 'short' },
    { name: 'b.example' },
    { addresses: ['ws://b', 'http://127.0.0.1:1'] },
    { services: [] },
    { services: [{ name: 'storage', protocol: 257, operations: ['get'] }] },
    { services: [{ name: 'storage', protocol: 258, operations: ['get', 'put'] }] },
    { profile: 'macro' },
    { version: '0.1.1' },
    { issued_ms: 0 },
    { expires_ms: 3 },
    { seq: 4 },
  ]
  for (const change of changes)
    assert.equal(signerOf({ ...descriptor, ...change }, signature), null, JSON.stringify(change))
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (const wrong of ['', flipped, signature.slice(0, -2), `${signature}A`])
    assert.equal(signerOf(descriptor, wrong), null)
})

test('a proof of a meeting is good for that meeting, that side and those two nodes alone', () => {
  const meeting: Meeting = { side: 'dials', signer: 'a', other: 'b', dialNonce: '1', answerNonce: '2' }
  const proof = signed(meetingText(meeting))
  assert.ok(isSignedBy(raw, meetingText(meeting), proof))
  const changes: readonly Partial<Meeting>[] = [
    { side: 'answers' },
    { signer: 'b', other: 'a' },
    { other: 'c' },
    { dialNonce: '2' },
    { answerNonce: '1' },
  ]
  for (const change of changes) assert.ok(!isSignedBy(raw, meetingText({ ...meeting, ...change }), proof))
})
