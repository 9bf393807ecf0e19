/**
 * A counter that nobody sees, against a whole node: a meter counts and commits, a holder shows that he is below the limit
 * today, and the node learns neither who it was nor how much. Over HTTP, over OAP and with the SDK.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate, NodeError, SDK } from '@ron/app-sdk'
import { provingWith } from '@ron/app-sdk/proving'
import { hash, tag } from '@ron/services/poseidon'
import { counterLeaf, quotaTree } from '@ron/services/zk-verify/proving/quota'
import { provable, proveStatement } from '@ron/services/zk-verify/proving/statements'
import { rootAt, treeOf } from '@ron/services/zk-verify/proving/tree'
import { presentationText } from '@ron/transport/macaroon/presentation'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

const verifier = 'proof-node'
const node = await startNode({
  env: {
    ...inspected,
    MICRO_ZK_VERIFY_CIRCUITS: provable.map(({ circuit, keyHash }) => `${circuit}@${keyHash}`).join(','),
    MICRO_ZK_VERIFY_VERIFIER: verifier,
  },
})
const ask = asker(node)
const limit = 3n
const dayMs = 86_400_000
const today = () => Math.floor(Date.now() / dayMs)
const meterCap = attenuate(node.token, 'verbs = zk.meter,zk.nonce')
const chance = () => BigInt(`0x${Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString('hex')}`)

/** What the meter keeps of a holder: no key, but what is made of it. */
interface Account {
  readonly owner: bigint
  readonly blinding: bigint
  used: bigint
}

/** Counts for two holders, and commits to both counters. */
class Meter {
  readonly #epoch = BigInt(today())
  readonly #accounts: Account[] = []

  /** The holder's number. */
  open(owner: bigint, blinding: bigint, used = 0n): number {
    return this.#accounts.push({ owner, blinding, used }) - 1
  }

  count(holder: number): void {
    const account = this.#accounts[holder] ?? assert.fail('no such account')
    account.used += 1n
  }

  /** What a holder needs beside the key. */
  opening(holder: number) {
    const { used, blinding } = this.#accounts[holder] ?? assert.fail('no such account')
    const { place } = treeOf(quotaTree, this.#leaves(), holder)
    return {
      ...{ epoch: String(this.#epoch), used: String(used), blinding: String(blinding) },
      place: { index: holder, others: place.others.map(String) },
    }
  }

  async commit(change: Partial<{ epoch: number; root: string }> = {}, token = meterCap) {
    const root = treeOf(quotaTree, this.#leaves(), 0).root.toString(16).padStart(64, '0')
    return ask('PUT /zk/counters', { token, json: { epoch: Number(this.#epoch), root, ...change } })
  }

  #leaves(): bigint[] {
    const leafTag = tag('quota:leaf')
    return this.#accounts.map(({ owner, used, blinding }) =>
      hash(leafTag, owner, this.#epoch, used, blinding),
    )
  }
}

const ownerOf = (key: bigint) => hash(tag('quota:id'), key, 0n)
const [alice, bob] = [chance() % 2n ** 250n, chance() % 2n ** 250n]
const meter = new Meter()
const [ofAlice, ofBob] = [meter.open(ownerOf(alice), 5n), meter.open(ownerOf(bob), 6n, limit)]
const caveat = `zk = quota-compliance:limit=${limit}`
const cap = attenuate(node.token, 'verbs = objects.*,zk.nonce', caveat)
const witness = (key = alice, holder = ofAlice) => ({
  key: String(key),
  limit: String(limit),
  ...meter.opening(holder),
})
const sdkOf = (of: () => unknown = () => witness(), carrier: 'http' | 'oap' = 'http') =>
  new SDK({ baseUrl: node.url, cap, carrier, prove: provingWith({ 'quota-compliance': of }) })

const ruleOf = async (call: Promise<unknown>): Promise<string | null> => {
  try {
    await call
    return null
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    assert.ok((error.problem.explain?.fix?.length ?? 0) > 10)
    return error.problem.explain?.rule ?? ''
  }
}
const put = async (sdk: SDK) => ruleOf(sdk.objects.put({ name: 'a', body: new Uint8Array(1) }))

test('the meter and the circuit mean the same counter', () => {
  const leaf = counterLeaf({ key: alice, epoch: BigInt(today()), used: 0n, blinding: 5n })
  const { place } = meter.opening(ofAlice)
  const at = {
    isRight: place.others.map((_, height) => ((place.index >> height) & 1) === 1),
    others: place.others.map(BigInt),
  }
  const { inputs } = proveStatement(
    'quota-compliance',
    witness(),
    { verifier, nonce: new Uint8Array(16) },
    chance,
  )
  assert.equal(BigInt(`0x${inputs[0]}`), rootAt(quotaTree, leaf, at))
})

test('what no meter has committed to lets nobody in', async () => {
  assert.equal(await put(sdkOf()), 'zk-uncommitted')
})

for (const carrier of ['http', 'oap'] as const) {
  test(`over ${carrier}, a holder below the limit is let in, and one who is not has nothing to show`, async () => {
    assert.equal((await meter.commit()).status, 200)
    const sdk = sdkOf(() => witness(), carrier)
    assert.equal(await put(sdk), null)
    const spent = sdkOf(() => witness(bob, ofBob), carrier)
    await assert.rejects(put(spent), /does not hold for this witness/)
    // Another's counter is no use without his key.
    const stolen = sdkOf(() => ({ ...witness(bob, ofAlice) }), carrier)
    assert.equal(await put(stolen), 'zk-stale')
    for (const each of [sdk, spent, stolen]) each.close()
  })
}

test('a counter from before the last commitment, of another day or below another limit shows nothing', async () => {
  const old = witness()
  meter.count(ofAlice)
  const { replaced } = (await meter.commit()).json<{ replaced: boolean }>()
  assert.equal(replaced, true)
  assert.equal(await put(sdkOf(() => old)), 'zk-stale')
  assert.equal(await put(sdkOf()), null)
  assert.equal(await put(sdkOf(() => ({ ...witness(), epoch: today() - 1 }))), 'zk-stale')

  const { nonce } = (await ask('POST /zk/nonces', { token: cap, json: {} })).json<{ nonce: string }>()
  const occasion = { verifier, nonce: Buffer.from(nonce, 'hex') }
  const { inputs, proof } = proveStatement('quota-compliance', witness(), occasion, chance)
  const said = { root: `0x${inputs[0]}`, epoch: String(today() - 1) }
  const headers = {
    'zk-proof': presentationText({
      nonce,
      proofs: [{ proof, inputs: Object.entries(said).map(([input, value]) => ({ input, value })) }],
    }),
  }
  const yesterday = await ask('PUT /objects/a', { token: cap, headers, body: 'x' })
  assert.deepEqual([yesterday.status, yesterday.json<Problem>().explain?.rule], [401, 'zk-epoch'])
  await assert.rejects(put(sdkOf(() => ({ ...witness(), limit: 100 }))), /asks for 3/)
})

test('a meter that gives out the nonces counts every use before it happens, and at the limit there are none', async () => {
  const onlyUse = attenuate(node.token, 'verbs = objects.*', caveat)
  const use = async () => {
    // The meter: counts, commits, and gives its nonce.
    const { nonce } = (await ask('POST /zk/nonces', { token: meterCap, json: {} })).json<{ nonce: string }>()
    meter.count(ofAlice)
    await meter.commit()
    // The holder.
    const occasion = { verifier, nonce: Buffer.from(nonce, 'hex') }
    const { inputs, proof } = proveStatement('quota-compliance', witness(), occasion, chance)
    const said = [
      { input: 'root', value: `0x${inputs[0]}` },
      { input: 'epoch', value: String(today()) },
    ]
    const headers = { 'zk-proof': presentationText({ nonce, proofs: [{ proof, inputs: said }] }) }
    return (await ask('PUT /objects/a', { token: onlyUse, headers, body: 'x' })).status < 300
  }
  assert.equal(await use(), true)
  await assert.rejects(use, /does not hold for this witness/)
  assert.equal((await ask('POST /zk/nonces', { token: onlyUse, json: {} })).status, 403)
})

test('who may not meter commits to nothing, and nobody commits to another day', async () => {
  assert.equal((await meter.commit({}, cap)).status, 403)
  assert.equal((await meter.commit({ epoch: today() + 2 })).status, 409)
  const past = await meter.commit({ epoch: today() - 1 })
  assert.equal(past.status, 409)
  assert.match(past.json<Problem>().detail, /is day \d+ since 1970 in UTC, or the next/)
  assert.equal((await meter.commit({ root: 'f'.repeat(63) })).status, 400)
  assert.equal((await meter.commit({ epoch: today() + 1 })).status, 200)
})

test('a verifier that starts anew has forgotten the commitment, and lets nobody in until the next', async () => {
  const fresh = new Meter()
  const holder = fresh.open(ownerOf(alice), 8n)
  const of = () => ({ key: String(alice), limit: String(limit), ...fresh.opening(holder) })
  const sdk = sdkOf(of)
  assert.equal((await fresh.commit()).status, 200)
  assert.equal(await put(sdk), null)
  await restartThread(node, 'zk-verify', 'process.exit(7)')
  assert.equal(await put(sdk), 'zk-uncommitted')
  assert.equal((await fresh.commit()).status, 200)
  assert.equal(await put(sdk), null)
  sdk.close()
})
