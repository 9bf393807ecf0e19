import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { call, callBy, keepAwake, refusal, system } from '../../testing.ts'
import { bindingContext } from '../binding.ts'
import { rerandomised } from '../snark/rerandomised.fixture.ts'
import { forgeQuota, quotaPin } from '../proving/quota-proofs.fixture.ts'
import start from '../service.ts'

const config = {
  circuits: [quotaPin],
  experimental: false,
  verifier: 'node-a',
  workers: 1,
  batchMax: 8,
  batchWaitMs: 2,
  waitingMax: 64,
  noncesMax: 16,
  nonceTtlMs: 60_000,
}
const node = await start({ ...system, config, peers: {} })
keepAwake()
after(() => node.stop())

const pins = [
  { input: 'root', value: '1234' },
  { input: 'limit', value: '100' },
  { input: 'epoch', value: '0x4f24' },
]
const values = [1_234n, 100n, 0x4f24n]

function proofFor(nonce: string, of = values): Uint8Array {
  const [, keyHash = ''] = quotaPin.split('@')
  const domain = 'ron/zk/quota-compliance/1'
  const context = bindingContext({ domain, keyHash, verifier: 'node-a', nonce: Buffer.from(nonce, 'hex') })
  return forgeQuota([...of, BigInt(`0x${Buffer.from(context).toString('hex')}`)])
}

async function issue(): Promise<string> {
  const { nonce } = await node.handle.nonce({}, call())
  return nonce
}

/** The rule that refused, or null. */
async function admitted(
  nonce: string,
  body: Uint8Array,
  change: { pins?: typeof pins; circuit?: string } = {},
) {
  const proofs = [{ circuit: 'quota-compliance', pins, inputs: [], bytes: body.length, ...change }]
  const answer = await node.handle.admit({ nonce, proofs, body: Uint8Array.from(body) }, call())
  return answer.admitted ? null : answer.rule
}

test('a proof of the pinned inputs for a nonce of this node is admitted once', async () => {
  const nonce = await issue()
  const proof = proofFor(nonce)
  assert.equal(await admitted(nonce, proof), null)
  assert.equal(await admitted(nonce, proof), 'nonce')
  assert.equal(await admitted(nonce, rerandomised(proof)), 'nonce')
})

test('of two requests with one nonce at the same time one is admitted', async () => {
  const nonce = await issue()
  const proof = proofFor(nonce)
  const rules = await Promise.all([admitted(nonce, proof), admitted(nonce, rerandomised(proof))])
  assert.deepEqual(rules, [null, 'nonce'])
})

test('a proof in another form is as good as the first one, where the nonce is not spent', async () => {
  const nonce = await issue()
  assert.equal(await admitted(nonce, rerandomised(proofFor(nonce))), null)
})

test('a proof for another nonce, or of other inputs than the pinned ones, is not admitted, and spends the nonce', async () => {
  const [one, other] = [await issue(), await issue()]
  assert.equal(await admitted(one, proofFor(other)), 'equation')
  assert.equal(await admitted(one, proofFor(one)), 'nonce')
  const looser = proofFor(other, [1_234n, 1_000n, 0x4f24n])
  assert.equal(await admitted(other, looser), 'equation')
})

test('a nonce is for its tenant, and of this node', async () => {
  const nonce = await issue()
  const body = proofFor(nonce)
  const proofs = [{ circuit: 'quota-compliance', pins, inputs: [], bytes: body.length }]
  const foreign = await node.handle.admit({ nonce, proofs, body }, callBy('f'.repeat(32)).call)
  assert.deepEqual([foreign.admitted, foreign.rule, foreign.at], [false, 'nonce', undefined])
  assert.equal(await admitted('0'.repeat(32), body), 'nonce')
})

test('a caveat that pins too little, and a circuit that is not there, are told apart', async () => {
  const unpinned = await issue()
  assert.equal(
    await admitted(unpinned, proofFor(unpinned), { pins: pins.filter(({ input }) => input !== 'limit') }),
    'unpinned',
  )
  const unknown = await issue()
  assert.equal(await admitted(unknown, proofFor(unknown), { circuit: 'audit-inclusion' }), 'circuit')
})

test('several proofs answer one nonce, and the one that does not hold is named', async () => {
  const good = async (bodies: (nonce: string) => Uint8Array[]) => {
    const nonce = await issue()
    const all = bodies(nonce)
    const proofs = all.map(({ length }) => ({ circuit: 'quota-compliance', pins, inputs: [], bytes: length }))
    const { admitted, at } = await node.handle.admit({ nonce, proofs, body: Buffer.concat(all) }, call())
    return [admitted, at]
  }
  assert.deepEqual(await good((nonce) => [proofFor(nonce), proofFor(nonce)]), [true, undefined])
  assert.deepEqual(await good((nonce) => [proofFor(nonce), proofFor('0'.repeat(32))]), [false, 1])
})

test('a proof for which there is no room to wait is not admitted, and neither are those beside it', async () => {
  const small = await start({ ...system, config: { ...config, waitingMax: 1, batchMax: 1 }, peers: {} })
  const { nonce } = await small.handle.nonce({}, call())
  const proofs = Array.from({ length: 4 }, () => proofFor(nonce))
  const asked = proofs.map(({ length }) => ({ circuit: 'quota-compliance', pins, inputs: [], bytes: length }))
  const answer = async () =>
    small.handle.admit({ nonce, proofs: asked, body: Uint8Array.from(Buffer.concat(proofs)) }, call())
  await assert.rejects(answer, refusal('Busy', /zk-verify\.waiting_max/))
  await small.stop()
})

test('who asks for more nonces than there may be is told so', async () => {
  const refused = refusal('Busy', /16 unspent nonces, the limit zk-verify\.nonces_max/)
  await assert.rejects(async () => {
    for (let asked = 0; asked < 17; asked++) await issue()
  }, refused)
})
