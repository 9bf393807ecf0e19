/**
 * Who says with which keys proofs are verified: on a governed node a bundle that its signers signed, and nobody else; and to
 * others the node itself, with a key of the kms.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate, NodeError, SDK } from '@ron/app-sdk'
import { bindingContext } from '@ron/services/zk-verify/binding'
import { forgeQuota, quotaPin } from '@ron/services/zk-verify/proving/quota-proofs.fixture'
import { provable } from '@ron/services/zk-verify/proving/statements'
import { envelope, manifest, testSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'

const [alice, stranger] = [testSigner('alice'), testSigner('stranger')]
const governing = ['--set', `bundle.signers=${alice.publicPath}`, '--set', 'bundle.probation=0s']
const node = await startNode({ profile: 'macro', args: governing })
const [ask, admin] = [asker(node), asker({ url: node.admin, token: node.token })]
const sdk = new SDK({ baseUrl: node.url, cap: node.token })

const pinOf = (id: string) => `${id}@${provable.find(({ circuit }) => circuit === id)?.keyHash ?? ''}`
const attributesPin = pinOf('capability-attributes')
const bundle = (version: number, pins: readonly string[], signer = alice, more = '') =>
  envelope(
    manifest(version, { 'circuits.toml': `[zk-verify]\ncircuits = ${JSON.stringify(pins)}\n${more}` }),
    [signer],
  )
const apply = (body: string) => admin('POST /api/v1/config/apply', { body })
/** Once the audit log takes records: before that, nothing that is to be on record is done. */
const applied = (body: string) =>
  eventually('the bundle in force', async () => {
    const reply = await apply(body)
    assert.ok([200, 503].includes(reply.status), reply.text)
    return reply.status === 200
  })

interface Shown {
  readonly circuits: readonly { readonly circuit: string; readonly self_test: string }[]
  readonly key?: string
  readonly statement?: string
}
const shown = async () => (await admin('GET /api/v1/zk')).json<Shown>()
const flag = async () => (await admin('GET /version')).json<{ zk: boolean }>().zk
/** What the node has signed, once it is of these circuits. */
const signed = (pins: readonly string[]) =>
  eventually(`a statement of ${pins.join()}`, async () => {
    const { statement = '', key = '' } = await shown()
    const lines = statement.split('\n\n')[0]?.split('\n').slice(2) ?? []
    return lines.join() === pins.join() && { statement, key }
  })

const circuit = 'quota-compliance'
const hex = (value: bigint) => value.toString(16).padStart(64, '0')
const inputs = [77n, 100n, 20_260n].map(hex)
const nonce = '00112233445566778899aabbccddeeff'
const body = () => {
  const context = bindingContext({
    domain: 'ron/zk/quota-compliance/1',
    keyHash: quotaPin.split('@')[1] ?? '',
    verifier: 'ron-node',
    nonce: Buffer.from(nonce, 'hex'),
  })
  const values = [...inputs, Buffer.from(context).toString('hex')].map((value) => BigInt(`0x${value}`))
  return Uint8Array.from(forgeQuota(values))
}
const refusalOf = async (call: Promise<unknown>) => {
  const problem = await call.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => (error instanceof NodeError ? error.problem : assert.fail(String(error))),
  )
  return [problem.status, problem.code]
}

test('without a bundle a governed node verifies nothing, and signs that it verifies anything', async () => {
  const verify = sdk.zk.verify({ circuit, inputs, nonce, body: body() })
  assert.deepEqual(await refusalOf(verify), [501, 'NotEnabled'])
  assert.deepEqual([await shown(), await flag()], [{ circuits: [] }, false])
  const none = await ronctl(['zk', 'keys'], node)
  assert.equal(none.code, 1)
  assert.match(none.stderr, /verifies no proofs; set zk-verify\.circuits/)
})

test('a circuit of the bundle is verified for, and one that is not in it is refused, at the wall as well', async () => {
  await applied(bundle(1, [quotaPin]))
  await signed([quotaPin])
  assert.equal(await flag(), true)
  assert.deepEqual(await sdk.zk.verify({ circuit, inputs, nonce, body: body() }), { valid: true })
  const other = { inputs: inputs.toReversed(), nonce, body: body() }
  const stranger = sdk.zk.verify({ ...other, circuit: 'capability-attributes' })
  assert.deepEqual(await refusalOf(stranger), [404, 'NotFound'])

  const cap = attenuate(node.token, 'zk = capability-attributes:group_root=42')
  const header = {
    'zk-proof': `${await freshNonce()} ${Buffer.from(body()).toString('base64url')};commitment=1;expiry=4000000000`,
  }
  const walled = await ask('PUT /objects/a', { token: cap, headers: header, body: 'x' })
  assert.deepEqual([walled.status, walled.json<Problem>().explain?.rule], [401, 'zk-circuit'])
})

test('no bundle that the signers did not sign as it is changes the circuits', async () => {
  const good = bundle(2, [quotaPin])
  const { payload, ...rest } = JSON.parse(good) as { payload: string }
  const manifestText = Buffer.from(payload, 'base64').toString()
  const changed = Buffer.from(manifestText.replace(circuit, 'audit-inclusion')).toString('base64')
  const tampered = JSON.stringify({ payload: changed, ...rest })
  for (const text of [tampered, bundle(2, [attributesPin], stranger)]) {
    const reply = await apply(text)
    assert.deepEqual([reply.status, reply.json<Problem>().explain?.rule], [412, 'bundle.threshold'])
  }
  await signed([quotaPin])
})

test('a bundle that pins another key than the build has closes the circuit, and what it leaves out is refused from then on', async () => {
  const wrong = `audit-inclusion@b3:${'0'.repeat(64)}`
  await applied(bundle(2, [attributesPin, wrong]))
  await signed([attributesPin])
  const { circuits } = await shown()
  assert.deepEqual(
    circuits.map((one) => [one.circuit, one.self_test]),
    [
      ['capability-attributes', 'passed'],
      ['audit-inclusion', 'failed'],
    ],
  )
  const left = sdk.zk.verify({ circuit, inputs, nonce, body: body() })
  assert.deepEqual(await refusalOf(left), [404, 'NotFound'])
  const closed = sdk.zk.verify({ circuit: 'audit-inclusion', inputs, nonce, body: body() })
  assert.deepEqual(await refusalOf(closed), [501, 'NotEnabled'])
})

test('the statement is verified with the key of the kms that is noted, and with no other', async () => {
  const { key } = await signed([attributesPin])
  const known = await ronctl(['zk', 'keys', '--key', key, '--json'], node)
  assert.equal(known.code, 0, known.stderr)
  const { verifier, pins } = JSON.parse(known.stdout) as { verifier: string; pins: string[] }
  assert.deepEqual([verifier, pins], ['ron-node', [attributesPin]])
  assert.equal((await ronctl(['keys', 'rotate', 'zk-keys', '--grace', '1h'], node)).code, 0)
  const rotated = await signed([attributesPin])
  assert.notEqual(rotated.key, key)
  for (const each of [key, rotated.key])
    assert.equal((await ronctl(['zk', 'keys', '--key', each], node)).code, 0)
  const log = (await admin('GET /api/v1/audit')).json<{ key: string }>()
  const other = await ronctl(['zk', 'keys', '--key', log.key], node)
  assert.equal(other.code, 1)
  assert.match(other.stderr, /is not signed by/)
})

async function freshNonce(): Promise<string> {
  return (await sdk.zk.nonce()).nonce
}
