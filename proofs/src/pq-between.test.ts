/** Somebody on the way between a client and a node that opens sessions with it: neither gets what the other did not say. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { ConnectionError, ProtocolError, SDK } from '@ron/app-sdk'
import { TestIdentity } from '@ron/transport/session/identity.fixture'
import { readSignedKey, signedKeyMember } from '@ron/transport/session/offer'
import { eventually } from './eventually.ts'
import { startNode } from './node-process.ts'
import { between, type Between } from './oap-between.ts'
import { frame, framesIn, RESP } from './oap-socket.ts'

const node = await startNode({ env: { MICRO_PQ_MODE: 'hybrid' } })

function sdkAt(way: Between): SDK {
  return new SDK({
    baseUrl: way.url,
    cap: node.token,
    carrier: 'oap',
    pq: 'require',
    retry: { attemptsMax: 1 },
  })
}

const isRecord = (message: Buffer) => message.readUInt16BE(6) === 4 && message.readUInt16BE(8) === 2
const isEnd = (error: unknown) => error instanceof ProtocolError || error instanceof ConnectionError

/** The answer with another key in it than the node offers; what is no such answer as it is. */
function otherKey(message: Buffer, change: (key: ReturnType<typeof readSignedKey>) => object): Buffer {
  const [answer] = framesIn(message)
  if (answer === undefined || answer.flags !== RESP || !answer.payload.includes('session_key')) return message
  const { session_key: key, ...rest }: { session_key: unknown } = JSON.parse(answer.payload.toString())
  const payload = JSON.stringify({ ...rest, session_key: change(readSignedKey(key)) })
  return frame({ flags: RESP, code: 200, payload })
}

test('a key that the node did not sign, or signed for longer, is used by nobody', async () => {
  const stranger = new TestIdentity()
  const changes: readonly Parameters<typeof otherKey>[1][] = [
    (key) => signedKeyMember({ ...key, publicKey: key.publicKey.toReversed() }),
    (key) => signedKeyMember({ ...stranger.signed(key.suite, key), signature: key.signature }),
    (key) => signedKeyMember({ ...key, expiresMs: key.expiresMs + 1 }),
  ]
  for (const change of changes) {
    const way = await between(node.url)
    way.meddle = (message, from) => (from === 'node' ? otherKey(message, change) : message)
    const sdk = sdkAt(way)
    await assert.rejects(sdk.feed.home({ user: 'a' }), ProtocolError)
    assert.equal(way.seen.filter(({ from }) => from === 'client').length, 1, 'nothing but the offer was sent')
    sdk.close()
  }
})

test('who signs the key of a node as their own gets a client whose records the node does not open', async () => {
  const stranger = new TestIdentity()
  const way = await between(node.url)
  way.meddle = (message, from) =>
    from === 'node' ? otherKey(message, (key) => signedKeyMember(stranger.signed(key.suite, key))) : message
  const sdk = sdkAt(way)
  await assert.rejects(sdk.feed.home({ user: 'a' }), isEnd)
  assert.ok(way.seen.some(({ from, message }) => from === 'client' && isRecord(message)))
  sdk.close()
})

test('a record that is left out, or comes in another order, ends the session on either side', async () => {
  const ways: readonly (readonly [string, (first: Buffer, second: Buffer) => Buffer])[] = [
    ['left out', (_, second) => second],
    ['in another order', (first, second) => Buffer.concat([second, first])],
  ]
  for (const side of ['client', 'node'] as const) {
    for (const [what, sent] of ways) {
      const way = await between(node.url)
      let held: Buffer | null = null
      way.meddle = (message, from) => {
        if (from !== side || !isRecord(message)) return message
        if (held !== null) return sent(held, message)
        held = message
        return null
      }
      const sdk = sdkAt(way)
      const ask = () => assert.rejects(sdk.feed.home({ user: 'a' }), isEnd, `${what} by the ${side}`)
      const first = ask()
      await eventually('the first record', async () => held !== null)
      await Promise.all([first, ask()])
      sdk.close()
    }
  }
})

test('what a client sealed does not come back to it as an answer', async () => {
  const way = await between(node.url)
  let own: Buffer | null = null
  way.meddle = (message, from) => {
    if (!isRecord(message)) return message
    if (from === 'client') own = message
    return from === 'client' ? message : own
  }
  const sdk = sdkAt(way)
  await assert.rejects(sdk.feed.home({ user: 'a' }), (error) => {
    assert.ok(error instanceof ProtocolError)
    return /seal does not fit/.test(error.message)
  })
  sdk.close()
})
