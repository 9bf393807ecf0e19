/** The experimental STARK against a whole node: off until it is asked for twice, and then verified like any other proof. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SDK } from '@ron/app-sdk'
import { bindingContext } from '@ron/services/zk-verify/binding'
import { hashOf } from '@ron/services/zk-verify/circuits/pinned'
import { chance } from '@ron/services/zk-verify/proving/stark/inclusion.fixture'
import { proveInclusion } from '@ron/services/zk-verify/proving/stark/inclusion'
import { parameters } from '@ron/services/zk-verify/stark/parameters'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'

const circuit = 'audit-inclusion-stark'
const keyHash = hashOf(Buffer.from(parameters))
const env = { MICRO_ZK_VERIFY_CIRCUITS: `${circuit}@${keyHash}`, MICRO_ZK_VERIFY_VERIFIER: 'proof-node' }
const nonce = '00112233445566778899aabbccddeeff'

const context = bindingContext({
  domain: 'ron/zk/audit-inclusion-stark/1',
  keyHash,
  verifier: 'proof-node',
  nonce: Buffer.from(nonce, 'hex'),
})
const claim = proveInclusion({ events: [0, 1, 2].map(() => chance(32)), index: 1 }, context, chance)
const body = Uint8Array.from(claim.proof)
const inputs = claim.inputs.slice(0, 2).map((input) => Buffer.from(input).toString('hex'))
const node = await startNode({ env: { ...env, MICRO_ZK_VERIFY_EXPERIMENTAL: 'true' } })

for (const carrier of ['http', 'oap'] as const) {
  test(`over ${carrier}, an event is shown to be in a log, to who asked and to nobody else`, async () => {
    const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })
    const asked = { circuit, inputs, nonce, body }
    assert.deepEqual(await sdk.zk.verify(asked), { valid: true })
    const no = { valid: false, reason: 'equation' }
    assert.deepEqual(await sdk.zk.verify({ ...asked, nonce: 'f'.repeat(32) }), no)
    assert.deepEqual(await sdk.zk.verify({ ...asked, inputs: inputs.map(other) }), no)
    const changed = body.map((byte, at) => (at === 40_000 ? byte ^ 1 : byte))
    assert.equal((await sdk.zk.verify({ ...asked, body: changed })).valid, false)
    const short = await sdk.zk.verify({ ...asked, body: body.subarray(1) })
    assert.deepEqual(short, { valid: false, reason: 'length' })
    sdk.close()
  })
}

test('claims that come together each get their own verdict', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap' })
  const asked = Array.from({ length: 24 }, (_, at) =>
    sdk.zk.verify({ circuit, inputs, nonce: at % 3 === 1 ? 'f'.repeat(32) : nonce, body }),
  )
  assert.deepEqual(
    (await Promise.all(asked)).map(({ valid }) => valid),
    asked.map((_, at) => at % 3 !== 1),
  )
  sdk.close()
})

test('the list says that the circuit is experimental, and what its proofs look like', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  const { items } = await sdk.zk.circuits()
  assert.deepEqual(
    items.map((one) => [one.circuit, one.experimental, one.proof_bytes, one.key_hash, one.parameters_hash]),
    [[circuit, true, body.length, keyHash, keyHash]],
  )
})

test('a node that was not told that it is experimental keeps it closed, and says which setting opens it', async () => {
  const cautious = await startNode({ env })
  const query = new URLSearchParams([
    ['circuit', circuit],
    ...inputs.map((one) => ['inputs', one]),
    ['nonce', nonce],
  ])
  const answer = await asker(cautious)(`POST /zk/verify?${query}`, { body })
  assert.equal(answer.status, 501)
  assert.match(answer.text, /zk-verify\.experimental=true/)
  const ready = await asker({ url: cautious.admin, token: cautious.token })('GET /readyz?verbose')
  assert.match(ready.text, /experimental proof system/)
})

/** Another last digit, the low one of an element. */
function other(input: string): string {
  return input.slice(0, -1) + (input.endsWith('0') ? '1' : '0')
}
