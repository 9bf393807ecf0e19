/** Capabilities that ask for proofs, against a whole node: over HTTP, over OAP, with the SDK, and with zk-verify down. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate, NodeError, SDK, simulate, type SdkOptions, type SimulatedByNode } from '@ron/app-sdk'
import { provingWith } from '@ron/app-sdk/proving'
import { groupTree, memberLeaf } from '@ron/services/zk-verify/proving/capability'
import { provable, proveStatement } from '@ron/services/zk-verify/proving/statements'
import { rerandomised } from '@ron/services/zk-verify/snark/rerandomised.fixture'
import { treeOf } from '@ron/services/zk-verify/proving/tree'
import { presentationText } from '@ron/transport/macaroon/presentation'
import { asker, type Problem, type Reply } from './http.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

const verifier = 'proof-node'
const node = await startNode({
  args: ['--set', 'node.audit=true'],
  env: {
    ...inspected,
    MICRO_ZK_VERIFY_CIRCUITS: provable.map(({ circuit, keyHash }) => `${circuit}@${keyHash}`).join(','),
    MICRO_ZK_VERIFY_VERIFIER: verifier,
    MICRO_LOG_LEVEL: 'debug',
  },
})
const ask = asker(node)

/** A capability of somebody in a group of four, which ends in a year. */
const inAnHour = Math.floor(Date.now() / 1_000) + 3_600
const secret = 0x0c0ffee0ca7a1e0ca7a1e0c0ffee0ca7a1e0ca7a1e0c0ffee77n
const member = { key: secret, role: 7n, end: BigInt(inAnHour + 365 * 86_400) }
const leaves = [1n, 2n, memberLeaf(member), 3n]
const { root } = treeOf(groupTree, leaves, 2)
const witness = (blinding = 5) => ({
  key: String(secret),
  role: 7,
  end: String(member.end),
  blinding,
  expiry: inAnHour,
  tree: { leaves: leaves.map(String), index: 2 },
})
const caveat = `zk = capability-attributes:group_root=${root}`
const cap = attenuate(node.token, 'verbs = objects.*,zk.nonce', caveat)
const prove = provingWith({ 'capability-attributes': () => witness() })
const sdkWith = (change: Partial<SdkOptions> = {}) => new SDK({ baseUrl: node.url, cap, prove, ...change })

const nonceOf = async (token = cap): Promise<string> => {
  const answer = await ask('POST /zk/nonces', { token, json: {} })
  assert.equal(answer.status, 201, answer.text)
  return answer.json<{ nonce: string }>().nonce
}

function proven(nonce: string, of: unknown = witness(), by = verifier) {
  const chance = () => BigInt(`0x${Buffer.from(crypto.getRandomValues(new Uint8Array(64))).toString('hex')}`)
  const occasion = { verifier: by, nonce: Buffer.from(nonce, 'hex') }
  const { inputs, proof } = proveStatement('capability-attributes', of, occasion, chance)
  const [commitment = '', expiry = ''] = inputs.map((input) => `0x${input}`)
  return {
    proof,
    inputs: [
      { input: 'commitment', value: commitment },
      { input: 'expiry', value: expiry },
    ],
  }
}

function ruleOf(answer: Reply): string | undefined {
  return answer.json<Problem>().explain?.rule
}

/** Status and rule of a request with this header. */
async function put(header: string | null, token = cap) {
  const headers = header === null ? {} : { 'zk-proof': header }
  const answer = await ask('PUT /objects/a', { token, headers, body: 'x' })
  return [answer.status < 400 ? 'done' : answer.status, answer.status < 400 ? null : ruleOf(answer)]
}

for (const carrier of ['http', 'oap'] as const) {
  test(`over ${carrier}, one call gets a nonce, proves and is let in, and without a prover it is told how`, async () => {
    const sdk = sdkWith({ carrier })
    const body = new TextEncoder().encode(carrier)
    await sdk.objects.put({ name: carrier, body })
    assert.deepEqual((await sdk.objects.get({ name: carrier })).body, Uint8Array.from(body))
    const without = new SDK({ baseUrl: node.url, cap, carrier })
    await assert.rejects(without.objects.get({ name: carrier }), (error: unknown) => {
      assert.ok(error instanceof NodeError)
      assert.deepEqual([error.status, error.code], [401, 'ProofRequired'])
      const { wall, rule, caveat: asking, fix = '' } = error.problem.explain ?? {}
      assert.deepEqual([wall, rule, asking], ['auth', 'zk-missing', caveat])
      assert.match(fix, /POST \/zk\/nonces/)
      return true
    })
    sdk.close()
    without.close()
  })
}

test('over OAP a body of many frames is let in with its proof as well', async () => {
  const sdk = sdkWith({ carrier: 'oap' })
  await sdk.objects.put({ name: 'long', body: new Uint8Array(300_000) })
  assert.equal((await sdk.objects.get({ name: 'long' })).body.length, 300_000)
  sdk.close()
})

test('a proof lets one request in: not the same one again, not in another form, not two at once', async () => {
  const nonce = await nonceOf()
  const proof = proven(nonce)
  const header = presentationText({ nonce, proofs: [proof] })
  assert.deepEqual(await put(header), ['done', null])
  assert.deepEqual(await put(header), [401, 'zk-nonce'])
  const other = presentationText({ nonce, proofs: [{ ...proof, proof: rerandomised(proof.proof) }] })
  assert.deepEqual(await put(other), [401, 'zk-nonce'])

  const next = await nonceOf()
  const once = presentationText({ nonce: next, proofs: [proven(next)] })
  const answers = await Promise.all(Array.from({ length: 8 }, () => put(once)))
  assert.equal(answers.filter(([status]) => status === 'done').length, 1)
  assert.equal(answers.filter(([, rule]) => rule === 'zk-nonce').length, 7)
})

test('what the capability pins, the clock and the verifier hold against the prover', async () => {
  const cases: [string, (nonce: string) => ReturnType<typeof proven>][] = [
    // A group of the prover's own.
    [
      'zk-equation',
      (nonce) => proven(nonce, { key: 1, role: 7, end: inAnHour, blinding: 5, expiry: inAnHour }),
    ],
    ['zk-past', (nonce) => proven(nonce, { ...witness(), expiry: 1_700_000_000 })],
    ['zk-equation', (nonce) => proven(nonce, witness(), 'another-node')],
    ['zk-equation', () => proven('f'.repeat(32))],
    ['zk-input', (nonce) => ({ ...proven(nonce), inputs: [] })],
    ['zk-length', (nonce) => ({ ...proven(nonce), proof: new Uint8Array(191) })],
  ]
  for (const [rule, make] of cases) {
    const nonce = await nonceOf()
    assert.deepEqual(await put(presentationText({ nonce, proofs: [make(nonce)] })), [401, rule])
  }
  const bare = attenuate(node.token, 'zk = capability-attributes')
  const nonce = await nonceOf(bare)
  assert.deepEqual(await put(presentationText({ nonce, proofs: [proven(nonce)] }), bare), [
    401,
    'zk-unpinned',
  ])
})

test('a further caveat narrows: it asks for a proof more, and the holder can add it alone', async () => {
  const open = attenuate(node.token, 'verbs = objects.*,zk.nonce')
  assert.deepEqual(await put(null, open), ['done', null])
  const twice = attenuate(attenuate(open, caveat), caveat)
  const nonce = await nonceOf(twice)
  const one = proven(nonce)
  assert.deepEqual(await put(presentationText({ nonce, proofs: [one] }), twice), [401, 'zk-count'])
  const both = presentationText({ nonce, proofs: [one, proven(nonce, witness(6))] })
  assert.deepEqual(await put(both, twice), ['done', null])
  await sdkWith({ cap: twice }).objects.get({ name: 'a' })
})

test('nothing is done for a request whose proof does not hold', async () => {
  const nonce = await nonceOf()
  const header = presentationText({ nonce, proofs: [proven('f'.repeat(32))] })
  const headers = { 'zk-proof': header }
  const refused = await ask('PUT /objects/untouched', { token: cap, headers, body: 'x' })
  assert.equal(refused.status, 401)
  assert.equal((await ask('GET /objects/untouched')).status, 404)
})

test('the admin surface takes no proofs, so a capability that asks for some is none there', async () => {
  const admin = asker({ url: node.admin, token: attenuate(node.token, caveat) })
  const minted = await admin('POST /api/v1/tokens/mint', { json: { caveats: [] } })
  assert.deepEqual([minted.status, minted.json<Problem>().code], [401, 'ProofRequired'])
})

test('what would happen is told by the SDK and by the node, with the proofs and without', async () => {
  const request = { verb: 'objects.read', path: '/objects/a', at: new Date() }
  assert.equal(simulate(cap, request).allowed, false)
  assert.equal(simulate(cap, { ...request, proven: true }).allowed, true)
  const admin = asker({ url: node.admin, token: node.token })
  const simulated = async (more: object) => {
    const json = { token: cap, verb: 'objects.read', path: '/objects/a', ...more }
    return (await admin('POST /api/v1/tokens/simulate', { json })).json<SimulatedByNode>()
  }
  const { allowed, stops } = await simulated({})
  assert.deepEqual([allowed, stops?.code, stops?.caveat], [false, 'ProofRequired', caveat])
  assert.equal((await simulated({ proven: true })).allowed, true)
})

test('a service that begins anew knows no nonce of the one before, and what it does not answer is denied', async () => {
  const nonce = await nonceOf()
  await restartThread(node, 'zk-verify', 'process.exit(7)')
  const header = presentationText({ nonce, proofs: [proven(nonce)] })
  assert.deepEqual(await put(header), [401, 'zk-nonce'])
  await sdkWith().objects.get({ name: 'a' })

  const off = await startNode({})
  const answer = await asker(off)('PUT /objects/a', {
    token: attenuate(off.token, caveat),
    headers: { 'zk-proof': header },
    body: 'x',
  })
  assert.deepEqual([answer.status, ruleOf(answer)], [401, 'zk-circuit'])
})

test('no witness and no proof is in a log, an error, a metric or an audit record', async () => {
  const said: string[] = []
  const planted: Uint8Array[] = []
  for (const make of [(nonce: string) => proven(nonce), () => proven('e'.repeat(32))]) {
    const nonce = await nonceOf()
    const one = make(nonce)
    planted.push(one.proof)
    const headers = { 'zk-proof': presentationText({ nonce, proofs: [one] }) }
    // Under a privileged verb, so that the refusal is on record.
    const token = attenuate(node.token, caveat)
    for (const what of ['PUT /objects/a', 'PUT /overlay/ceilings', 'GET /nothing'] as const) {
      const body = what.startsWith('GET') ? {} : { json: {} }
      said.push((await ask(what, { token, headers, ...body })).text)
    }
    said.push(
      (await ask('PUT /objects/a', { token, headers: { 'zk-proof': `${headers['zk-proof']}!` } })).text,
    )
  }
  const admin = asker({ url: node.admin, token: node.token })
  const tail = (await admin('GET /api/v1/audit/tail')).text
  said.push((await admin('GET /metrics')).text, tail, node.output())
  assert.match(tail, /ProofRequired/)
  const needles = [
    ...planted.flatMap((proof) =>
      (['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(proof).toString(form).slice(4, 44)),
    ),
    String(secret),
    secret.toString(16),
  ]
  for (const needle of needles) assert.ok(!said.join().includes(needle), `${needle} was said`)
})
