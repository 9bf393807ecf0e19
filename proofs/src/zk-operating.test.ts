/** What an operator sees of proofs: metrics, self-tests in readiness and version, and one on demand that is on record. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate, SDK } from '@ron/app-sdk'
import { provable } from '@ron/services/zk-verify/proving/statements'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'

const wrongPin = `audit-inclusion@b3:${'0'.repeat(64)}`
const quota = provable.find(({ circuit }) => circuit === 'quota-compliance')
const circuit = 'quota-compliance'
const node = await startNode({
  args: ['--set', 'node.audit=true'],
  env: { MICRO_ZK_VERIFY_CIRCUITS: `${circuit}@${quota?.keyHash},${wrongPin}` },
})
const admin = asker({ url: node.admin, token: node.token })
const sdk = new SDK({ baseUrl: node.url, cap: node.token })

interface Circuits {
  readonly zk?: boolean
  readonly zk_circuits?: readonly Circuit[]
  readonly circuits?: readonly Circuit[]
}
interface Circuit {
  readonly circuit: string
  readonly self_test: string
  readonly because: string
}

const results = [
  [circuit, 'passed'],
  ['audit-inclusion', 'failed'],
]
const shown = (circuits: readonly Circuit[] = []) => circuits.map((one) => [one.circuit, one.self_test])

test('how the self-tests ended is in /readyz?verbose, /version, the admin API and the metrics', async () => {
  const { zk, zk_circuits: tested } = await eventually('the self-tests in /version', async () => {
    const version = (await admin('GET /version')).json<Circuits>()
    return version.zk_circuits?.length === 2 && version
  })
  assert.deepEqual([zk, shown(tested)], [true, results])
  const ready = await admin('GET /readyz?verbose')
  assert.equal(ready.status, 200, 'an optional service that is degraded does not make the node unready')
  assert.deepEqual(shown(ready.json<Circuits>().zk_circuits), results)
  assert.equal((await admin('GET /readyz')).json<Circuits>().zk_circuits, undefined)
  const listed = (await admin('GET /api/v1/zk')).json<Circuits>().circuits
  assert.match(listed?.[1]?.because ?? '', /pinned to b3:0+, but the verifying key of this build is/)
  const { text } = await admin('GET /metrics')
  assert.match(text, /^zk_self_test\{circuit="quota-compliance"\} 1$/m)
  assert.match(text, /^zk_self_test\{circuit="audit-inclusion"\} 0$/m)
})

test('verdicts, batches and nonces are counted', async () => {
  const body = new Uint8Array(191)
  const claim = { circuit, inputs: ['0', '1', '2'].map((digit) => digit.padStart(64, '0')) }
  await sdk.zk.verify({ ...claim, nonce: 'a'.repeat(32), body })
  await sdk.zk.nonce()
  const { text } = await admin('GET /metrics')
  assert.match(text, /^zk_proofs_rejected_total\{circuit="quota-compliance",reason="length"\} 1$/m)
  assert.match(text, /^zk_proofs_rejected_total\{circuit="quota-compliance",reason="equation"\} 0$/m)
  assert.match(text, /^zk_proofs_accepted_total\{circuit="quota-compliance"\} 0$/m)
  assert.match(text, /^zk_batch_size_bucket\{circuit="quota-compliance",le="\+Inf"\} 0$/m)
  assert.match(text, /^zk_verify_seconds_count\{circuit="quota-compliance"\} 0$/m)
  assert.match(text, /^zk_waiting\{circuit="quota-compliance"\} 0$/m)
  assert.match(text, /^zk_nonces_unspent 1$/m)
})

test('a self-test on demand asks for its verb, and is on record', async () => {
  const narrow = { token: attenuate(node.token, 'verbs = admin.read'), json: {} }
  assert.equal((await admin('POST /api/v1/zk/self-test', narrow)).status, 403)
  const tested = await admin('POST /api/v1/zk/self-test', { json: {} })
  assert.deepEqual(shown(tested.json<Circuits>().circuits), results)
  await eventually('the act in the audit log', async () =>
    (await admin('GET /api/v1/audit/tail?limit=50')).text.includes('zk-verify.selfTest'),
  )
})
