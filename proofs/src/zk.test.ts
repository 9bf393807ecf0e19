/** Zero-knowledge proofs against a whole node: over both carriers, under load, and without a word about what was sent. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NodeError, SDK } from '@ron/app-sdk'
import { bindingContext } from '@ron/services/zk-verify/binding'
import { forgeQuota, quotaPin } from '@ron/services/zk-verify/proving/quota-proofs.fixture'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ThreadInspector } from './thread-inspector.ts'
import { inspected, restartThread } from './thread-killer.ts'

const env = {
  MICRO_ZK_VERIFY_CIRCUITS: quotaPin,
  MICRO_ZK_VERIFY_VERIFIER: 'proof-node',
  MICRO_LOG_LEVEL: 'debug',
}
const node = await startNode({ env })
const ask = asker(node)

const circuit = 'quota-compliance'
const hex = (value: bigint) => value.toString(16).padStart(64, '0')
const inputs = [hex(77n), hex(100n), hex(20_260n)]
const nonce = '00112233445566778899aabbccddeeff'

/** A proof of those inputs in answer to a nonce. */
function proofFor(nonce: string): Uint8Array<ArrayBuffer> {
  const context = bindingContext({
    domain: 'ron/zk/quota-compliance/1',
    keyHash: quotaPin.split('@')[1] ?? '',
    verifier: 'proof-node',
    nonce: Buffer.from(nonce, 'hex'),
  })
  const values = [...inputs, Buffer.from(context).toString('hex')].map((value) => BigInt(`0x${value}`))
  return Uint8Array.from(forgeQuota(values))
}

for (const carrier of ['http', 'oap'] as const) {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })

  test(`over ${carrier}, a proof is verified for the nonce it answers and for no other`, async () => {
    const body = proofFor(nonce)
    assert.deepEqual(await sdk.zk.verify({ circuit, inputs, nonce, body }), { valid: true })
    const other = await sdk.zk.verify({ circuit, inputs, nonce: 'f'.repeat(32), body })
    assert.deepEqual(other, { valid: false, reason: 'equation' })
    const short = await sdk.zk.verify({ circuit, inputs, nonce, body: body.subarray(1) })
    assert.deepEqual(short, { valid: false, reason: 'length' })
    sdk.close()
  })
}

test('the circuits are listed, with all that a prover has to know', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  const { verifier, items } = await sdk.zk.circuits()
  assert.equal(verifier, 'proof-node')
  assert.deepEqual(
    items.map((one) => `${one.circuit}@${one.key_hash}`),
    [quotaPin],
  )
})

test('a verdict needs a capability that covers it', async () => {
  const query = new URLSearchParams([
    ['circuit', circuit],
    ...inputs.map((one) => ['inputs', one]),
    ['nonce', nonce],
  ])
  assert.equal((await ask(`POST /zk/verify?${query}`, { body: proofFor(nonce), token: null })).status, 401)
  assert.equal((await ask(`POST /zk/verify?${query}`, { body: proofFor(nonce) })).text, '{"valid":true}')
})

test('under load every claim gets its own verdict, and nobody takes the service for hung', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap' })
  const [good, bad] = [proofFor(nonce), proofFor('f'.repeat(32))]
  const verdicts = await Promise.all(
    Array.from({ length: 48 }, (_, at) =>
      sdk.zk.verify({ circuit, inputs, nonce, body: at % 4 === 1 ? bad : good }),
    ),
  )
  assert.deepEqual(
    verdicts.map(({ valid }) => valid),
    verdicts.map((_, at) => at % 4 !== 1),
  )
  const metrics = await asker({ url: node.admin, token: node.token })('GET /metrics')
  assert.match(metrics.text, /^service_restarts_total\{[^}]*service="zk-verify"[^}]*\} 0$/m)
  sdk.close()
})

for (const [name, ends] of [
  ['a thread that verifies', (node: NodeProcess) => endWorkers(node)],
  ['the service itself', (node: NodeProcess) => restartThread(node, 'zk-verify', 'process.exit(7)')],
] as const) {
  test(`${name} ends amid the batches: every claim is answered, by its own verdict or a refusal to try again`, async () => {
    const mortal = await startNode({ env: { ...env, ...inspected } })
    const sdk = new SDK({
      baseUrl: mortal.url,
      cap: mortal.token,
      carrier: 'oap',
      retry: { attemptsMax: 1 },
    })
    const [good, bad] = [proofFor(nonce), proofFor('f'.repeat(32))]
    const round = async () => {
      const asked = Array.from({ length: 48 }, (_, at) =>
        sdk.zk.verify({ circuit, inputs, nonce, body: at % 4 === 1 ? bad : good }),
      )
      const settled = await Promise.allSettled(asked)
      const codes = settled.flatMap((one, at) => {
        if (one.status === 'rejected') return [codeOf(one.reason)]
        assert.equal(one.value.valid, at % 4 !== 1, `claim ${at}`)
        return []
      })
      assert.deepEqual([...new Set(codes)], codes.length === 0 ? [] : ['Unavailable'])
      return codes.length
    }
    assert.equal(await round(), 0)
    const state = { over: false }
    const ended = ends(mortal).finally(() => (state.over = true))
    let refused = 0
    for (let rounds = 0; rounds < 200 && (!state.over || refused === 0); rounds++) refused += await round()
    await ended
    assert.ok(refused > 0)
    // Who asks once more is answered.
    assert.equal(await eventually('a round without a refusal', async () => (await round()) === 0), true)
    sdk.close()
  })
}

test('a service that ends or hangs takes its workers along, and the next one verifies again', async () => {
  const mortal = await startNode({ env: { ...env, ...inspected } })
  const sdk = new SDK({ baseUrl: mortal.url, cap: mortal.token })
  const body = proofFor(nonce)
  for (const line of ['process.exit(7)', 'throw new Error()', 'for (;;) {}']) {
    assert.deepEqual(await sdk.zk.verify({ circuit, inputs, nonce, body }), { valid: true })
    await restartThread(mortal, 'zk-verify', line)
  }
  assert.deepEqual(await sdk.zk.verify({ circuit, inputs, nonce, body }), { valid: true })
  mortal.signal('SIGTERM')
  assert.equal(await mortal.ended(), 0)
})

test('nothing of what was sent to be verified is in a log or an answer, valid or not', async () => {
  const canary = 'CANARY-in-a-coal-mine-0f3a9c'
  const proof = proofFor(nonce)
  const planted = [
    Buffer.from(canary),
    Buffer.concat([Buffer.from(canary), proof]).subarray(0, 192),
    Buffer.concat([proof.subarray(0, 100), Buffer.from(canary), proof.subarray(100)]).subarray(0, 192),
    Buffer.from(proof),
  ]
  const ofCanary = Buffer.from(canary).toString('hex').padEnd(64, '0')
  const query = (input: string, of: string, more = '') =>
    `circuit=${circuit}&inputs=${input}&inputs=${inputs[1]}&inputs=${inputs[2]}&nonce=${of}${more}`
  const answers: string[] = []
  for (const body of planted) {
    for (const target of [
      query(inputs[0] ?? '', nonce),
      query(ofCanary, nonce),
      query(canary, nonce),
      query(inputs[0] ?? '', canary),
      query(inputs[0] ?? '', nonce, `&witness=${canary}`),
      query(inputs[0] ?? '', nonce).replace(circuit, canary),
    ]) {
      answers.push((await ask(`POST /zk/verify?${target}`, { body })).text)
    }
  }
  assert.ok(answers.includes('{"valid":true}') && answers.some((text) => text.includes('BadRequest')))
  const said = [...answers, node.output()].join('\n')
  const needles = [...forms(Buffer.from(canary)), ...forms(proof.subarray(0, 48))]
  for (const needle of needles) assert.ok(!said.includes(needle), `${needle} was said`)
})

function codeOf(reason: unknown): string {
  assert.ok(reason instanceof NodeError, String(reason))
  return reason.code
}

/** Ends the threads that verify, which have no name, as soon as each computes something. */
async function endWorkers(node: NodeProcess): Promise<void> {
  const inspector = await ThreadInspector.open(node)
  const workers = inspector.workers.filter(({ title }) => /^\[worker \d+\]\s*$/.test(title))
  assert.equal(workers.length, 2)
  for (const worker of workers) inspector.tell(worker, 'Runtime.evaluate', { expression: 'process.exit(7)' })
  await eventually('both threads to end', async () => inspector.ended >= workers.length)
  inspector.close()
}

/** Ways in which bytes may stand in a text, whatever comes before and after them. */
function forms(bytes: Uint8Array): string[] {
  const [some, hex] = [[...bytes], Buffer.from(bytes).toString('hex')]
  const based = [0, 1, 2].flatMap((shift) =>
    (['base64', 'base64url'] as const).map((form) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString(form)
        .slice(4, -4),
    ),
  )
  const pairs = some.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return [Buffer.from(bytes).toString('latin1'), hex, pairs, some.join(','), some.join(', '), ...based]
}
