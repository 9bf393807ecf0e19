import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { presentationText } from '@ron/transport/macaroon/presentation'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { attenuate } from './capability.ts'
import { httpPeer, json } from './http-peer.fixture.ts'
import type { ToProve } from './presenter.ts'
import { SDK } from './sdk.ts'

const root = encodeToken(mint(nodeHmac, { key: new Uint8Array(32), identifier: 'test', location: null }))
const cap = attenuate(root, 'verbs = *', 'zk = quota-compliance:root=1,limit=2,epoch=3')
const proofs = [{ proof: Uint8Array.of(1, 2, 3), inputs: [] }]
const nonceOf = (count: number) => String(count).padStart(32, '0')

async function rig(t: { after(task: () => Promise<void>): void }, cap: string, refuseFirst = false) {
  let nonces = 0
  let others = 0
  const peer = await httpPeer((response, request) => {
    if (request.url === '/zk/nonces') {
      json(response, 201, { nonce: nonceOf(++nonces), verifier: 'node-a', expires_in_ms: 1 })
    } else if (refuseFirst && others++ === 0) {
      json(response, 503, { code: 'Unavailable', retryable: true })
    } else {
      json(response, 200, { user: 'a', items: [] })
    }
  })
  t.after(() => peer.close())
  const asked: ToProve[] = []
  const prove = (toProve: ToProve) => {
    asked.push(toProve)
    return proofs
  }
  const sdk = new SDK({ baseUrl: peer.baseUrl, cap, prove, retry: { baseMs: 1 } })
  return { peer, sdk, asked }
}

test('every call of a capability that asks for proofs brings them, for a nonce of its own', async (t) => {
  const { peer, sdk, asked } = await rig(t, cap)
  await sdk.feed.home({ user: 'a' })
  await sdk.get('/feed/home?user=a')
  await sdk.put('/objects/a', 'text')
  assert.deepEqual(
    peer.seen.map(({ url, headers }) => [url, headers['zk-proof']]),
    [1, 2, 3].flatMap((nth) => [
      ['/zk/nonces', undefined],
      [nth === 3 ? '/objects/a' : '/feed/home?user=a', presentationText({ nonce: nonceOf(nth), proofs })],
    ]),
  )
  assert.deepEqual(asked[0], {
    statements: [
      {
        circuit: 'quota-compliance',
        pins: [
          { input: 'root', value: '1' },
          { input: 'limit', value: '2' },
          { input: 'epoch', value: '3' },
        ],
      },
    ],
    verifier: 'node-a',
    nonce: nonceOf(1),
  })
})

test('a further try is a further proof, for the nonce of the first one is spent', async (t) => {
  const { peer, sdk } = await rig(t, cap, true)
  await sdk.feed.home({ user: 'a' })
  const sent = peer.seen.map(({ headers }) => headers['zk-proof']).filter((one) => one !== undefined)
  assert.deepEqual(
    sent,
    [1, 2].map((nth) => presentationText({ nonce: nonceOf(nth), proofs })),
  )
})

test('a capability that asks for none brings none, and a nonce is had without', async (t) => {
  const plain = await rig(t, root)
  await plain.sdk.feed.home({ user: 'a' })
  assert.deepEqual(
    plain.peer.seen.map(({ url }) => url),
    ['/feed/home?user=a'],
  )
  const asking = await rig(t, cap)
  assert.equal((await asking.sdk.zk.nonce()).verifier, 'node-a')
  assert.deepEqual(
    asking.peer.seen.map(({ url }) => url),
    ['/zk/nonces'],
  )
})
