import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agree, type Handshake } from './agreement.ts'
import { native } from './native.ts'
import { portable } from './portable.ts'
import { suites } from './suites.ts'

const handshake = (change: Partial<Handshake> = {}): Handshake => ({
  suite: suites[0],
  shared: new Uint8Array(32).fill(1),
  identity: new Uint8Array(32).fill(2),
  hello: Buffer.from('{"hello":1}'),
  reply: Buffer.from('{"reply":1}'),
  ...change,
})

const text = Buffer.from('frames')

/** What the other side makes of a record of this one. */
function carried(from: 'client' | 'node', change: Partial<Handshake> = {}): boolean {
  const to = from === 'client' ? 'node' : 'client'
  const [here, there] = [agree(from, handshake(), native), agree(to, handshake(change), portable)]
  const record = here.sealer.seal(text)
  return record !== null && there.opener.open(record).ok
}

test('two sides that saw the same have the same keys, in both directions', () => {
  assert.ok(carried('client'))
  assert.ok(carried('node'))
})

test('whatever one side saw otherwise, nothing opens', () => {
  const otherwise: readonly Partial<Handshake>[] = [
    { suite: suites[1] },
    { shared: new Uint8Array(32) },
    { identity: new Uint8Array(32) },
    { hello: Buffer.from('{"hello":2}') },
    { reply: Buffer.from('{"reply":2}') },
    // The same bytes, divided elsewhere.
    { hello: Buffer.from('{"hello":1}{'), reply: Buffer.from('"reply":1}') },
  ]
  for (const change of otherwise) {
    assert.ok(!carried('client', change))
    assert.ok(!carried('node', change))
  }
})

test('what one side sealed does not open as the answer of the other', () => {
  const client = agree('client', handshake(), native)
  const record = client.sealer.seal(text)
  assert.ok(record !== null)
  assert.ok(!client.opener.open(record).ok)
})

test('the shared secret is overwritten', () => {
  const given = handshake()
  agree('client', given, native)
  assert.ok(given.shared.every((byte) => byte === 0))
})
