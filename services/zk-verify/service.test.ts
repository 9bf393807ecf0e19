import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { call, callBy, keepAwake, refusal, system } from '../testing.ts'
import { bindingContext } from './binding.ts'
import type { zkVerify } from './contract.ts'
import { forgeQuota, quotaKey, quotaPin } from './proving/quota-proofs.fixture.ts'
import { hashOf } from './circuits/pinned.ts'
import start from './service.ts'
import { looks } from './systems/looks.ts'

type Verify = (typeof zkVerify)['operations']['verify']

const none: string[] = []
const off = {
  circuits: none,
  experimental: false,
  verifier: 'node-a',
  workers: 1,
  batchMax: 8,
  batchWaitMs: 2,
  waitingMax: 64,
  noncesMax: 16,
  nonceTtlMs: 60_000,
}
const started = (config: Partial<typeof off> = {}) =>
  start({ ...system, config: { ...off, circuits: [quotaPin], ...config }, peers: {} })
const node = await started()
keepAwake()
after(() => node.stop())

const hex = (value: bigint) => value.toString(16).padStart(64, '0')
const inputs = [hex(1_234n), hex(100n), hex(20_260n)]
const nonce = '0123456789abcdef0123456789abcdef'

/** A proof for these inputs, as somebody makes it who answers to a nonce of a verifier. */
function proofFor(
  of: { nonce?: string; verifier?: string; domain?: string; inputs?: readonly string[] } = {},
) {
  const context = bindingContext({
    domain: of.domain ?? 'ron/zk/quota-compliance/1',
    keyHash: hashOf(quotaKey),
    verifier: of.verifier ?? 'node-a',
    nonce: Buffer.from(of.nonce ?? nonce, 'hex'),
  })
  const values = [...(of.inputs ?? inputs), Buffer.from(context).toString('hex')]
  return forgeQuota(values.map((value) => BigInt(`0x${value}`)))
}

async function ask(
  body: Uint8Array,
  changed: Partial<{ circuit: string; inputs: string[]; nonce: string }> = {},
) {
  // A copy, for the service overwrites what it was sent.
  const request = { circuit: 'quota-compliance', inputs, nonce, body: Uint8Array.from(body) }
  return node.handle.verify({ ...request, ...changed }, call())
}

test('a node without circuits is healthy, and says which setting would name some', async () => {
  const plain = await started(off)
  const notEnabled = refusal('NotEnabled', /set zk-verify\.circuits to NAME@b3:HASH/)
  const request = { circuit: 'x', inputs, nonce, body: new Uint8Array(0) }
  await assert.rejects(async () => plain.handle.verify(request, call()), notEnabled)
  await assert.rejects(async () => plain.handle.circuits({}, call()), notEnabled)
  assert.deepEqual(plain.health(), { state: 'ready' })
  await plain.stop()
})

test('the circuits are listed with what a prover has to know', async () => {
  assert.deepEqual(await node.handle.circuits({}, call()), {
    verifier: 'node-a',
    items: [
      {
        circuit: 'quota-compliance',
        summary: 'A counter under the root of a commitment tree is below a limit in an epoch.',
        system: 'groth16-bls12-381',
        inputs: ['root', 'limit', 'epoch'],
        pinned: ['limit'],
        domain: 'ron/zk/quota-compliance/1',
        key_hash: hashOf(quotaKey),
        parameters_hash: hashOf(Buffer.from(looks['groth16-bls12-381'].parameters)),
        proof_bytes: 192,
        experimental: false,
        batch_max: 8,
      },
    ],
  })
  assert.deepEqual(node.health(), { state: 'ready' })
})

test('a proof for this circuit, these inputs, this verifier and this nonce is valid', async () => {
  assert.deepEqual(await ask(proofFor()), { valid: true })
})

test('a proof is not valid for other inputs, another nonce, verifier or domain', async () => {
  const no = { valid: false, reason: 'equation' }
  assert.deepEqual(await ask(proofFor(), { inputs: [hex(1_234n), hex(99n), hex(20_260n)] }), no)
  assert.deepEqual(await ask(proofFor(), { nonce: 'f'.repeat(32) }), no)
  assert.deepEqual(await ask(proofFor({ nonce: 'f'.repeat(32) })), no)
  assert.deepEqual(await ask(proofFor({ verifier: 'node-b' })), no)
  assert.deepEqual(await ask(proofFor({ domain: 'ron/zk/quota-compliance/2' })), no)
})

test('a proof that is none is told apart before a worker sees it', async () => {
  const proof = proofFor()
  const batches = async () => (await node.handle.report({}, call())).circuits[0]?.batch_sizes.sum
  const before = await batches()
  const r = '73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001'
  assert.deepEqual(await ask(proof.subarray(1)), { valid: false, reason: 'length' })
  assert.deepEqual(await ask(proof, { inputs: inputs.slice(1) }), { valid: false, reason: 'inputs' })
  assert.deepEqual(await ask(proof, { inputs: [...inputs, hex(0n)] }), { valid: false, reason: 'inputs' })
  assert.deepEqual(await ask(proof, { inputs: [r, ...inputs.slice(1)] }), { valid: false, reason: 'range' })
  assert.deepEqual(await ask(proof.map(() => 0)), { valid: false, reason: 'encoding' })
  assert.equal(await batches(), before)
})

test('claims that come together each get their own verdict', async () => {
  const [good, bad] = [proofFor(), proofFor({ nonce: 'f'.repeat(32) })]
  const asked = Array.from({ length: 20 }, (_, at) => ask(at % 5 === 3 ? bad : good))
  assert.deepEqual(
    (await Promise.all(asked)).map(({ valid }) => valid),
    Array.from({ length: 20 }, (_, at) => at % 5 !== 3),
  )
})

test('the thread of the service goes on turning while a worker computes', async () => {
  // A full batch goes off at once, so nothing but the worker is waited for.
  const full = await started({ batchMax: 16, batchWaitMs: 0 })
  const request = { circuit: 'quota-compliance', inputs, nonce, body: proofFor() }
  const state = { turns: 0, done: false }
  const asked = Array.from({ length: 16 }, async () => full.handle.verify(request, call()))
  const all = Promise.all(asked).finally(() => (state.done = true))
  while (!state.done) {
    await turn()
    state.turns++
  }
  assert.ok(state.turns > 100, `${state.turns} turns`)
  assert.ok((await all).every(({ valid }) => valid))
  await full.stop()
})

test('more than may wait is refused as busy, and what waits is answered', async () => {
  const small = await started({ waitingMax: 4, batchMax: 2 })
  const request = { circuit: 'quota-compliance', inputs, nonce, body: proofFor() }
  const asked = Array.from({ length: 20 }, async () => small.handle.verify(request, call()))
  const settled = await Promise.allSettled(asked)
  const valid = settled.filter((one) => one.status === 'fulfilled' && one.value.valid)
  const busy = settled.filter(
    (one) => one.status === 'rejected' && refusal('Busy', /waiting_max/)(one.reason),
  )
  assert.equal(valid.length + busy.length, 20)
  assert.ok(busy.length >= 14 && valid.length >= 4, `${valid.length} valid`)
  await small.stop()
})

test('a claim whose caller gave up is not answered as valid or not', async () => {
  const one = callBy<Verify>()
  one.abort()
  const request = { circuit: 'quota-compliance', inputs, nonce, body: proofFor() }
  await assert.rejects(async () => node.handle.verify(request, one.call), refusal('Timeout', /given up/))
})

test('an unknown circuit is not found', async () => {
  await assert.rejects(() => ask(proofFor(), { circuit: 'quota' }), refusal('NotFound', /lists them/))
})

test('a circuit whose key is not the pinned one is closed, and the node says that it is degraded and why', async () => {
  const wrong = await started({ circuits: [`quota-compliance@b3:${'0'.repeat(64)}`, quotaPin, 'nonsense'] })
  const health = wrong.health()
  assert.equal(health.state, 'degraded')
  assert.match('because' in health ? health.because : '', /pinned to b3:0{64}, but .* \(and 1 more\)$/)
  const request = { circuit: 'quota-compliance', inputs, nonce, body: proofFor() }
  await assert.rejects(
    async () => wrong.handle.verify(request, call()),
    refusal('NotEnabled', /but the verifying key of this build is b3:/),
  )
  await wrong.stop()
})
