/**
 * Config bundles between this project and sigstore, each of which has its own DSSE: what one signs, the other takes, and
 * neither takes it with a bit changed.
 */

import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleType, manifest, testSigner, type TestSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'
import { sigstoreEnvelope, sigstoreVerifies } from './sigstore.ts'

const [alice, bob] = [testSigner('alice'), testSigner('bob')]
const signers = `bundle.signers=${alice.publicPath},${bob.publicPath}`
const settings = [signers, 'bundle.threshold=2', 'bundle.probation=0s']
const node = await startNode({
  profile: 'macro',
  args: settings.flatMap((setting) => ['--set', setting]),
})
const admin = asker({ url: node.admin, token: node.token })

/** More bytes than characters, so that it shows which of them a length counts. */
const reason = 'geschlossen: Größe 100 µs, 你好'
const policy = (version: number) =>
  JSON.stringify({
    version,
    rules: [
      { id: 'no-graph', when: { path: '/graph*' }, action: 'deny', reason },
      { id: 'all', when: { path: '*' }, action: 'allow' },
    ],
  })
const apply = (body: string) => admin('POST /api/v1/config/apply', { body })
const version = async () =>
  (await admin('GET /api/v1/config')).json<{ version: number; signers: readonly string[] }>()
const publicKeyOf = ({ key }: TestSigner) => createPublicKey(key)

/** What `ronctl config sign` makes of a folder for two signers. */
async function signedByRonctl(at: number): Promise<string> {
  const folder = join(scratchFolder(), `bundle-${at}`)
  const out = join(scratchFolder(), `${at}.dsse.json`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'manifest.json'), `{"version":${at},"expires":"2099-01-01T00:00:00Z"}`)
  writeFileSync(join(folder, 'policy.json'), policy(at))
  const first = await ronctl(['config', 'sign', folder, '--key', alice.secretPath, '--out', out])
  const second = await ronctl(['config', 'sign', out, '--key', bob.secretPath])
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr)
  return readFileSync(out, 'utf8')
}

interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** Envelopes with one bit changed. */
function changed(text: string): readonly (readonly [what: string, text: string])[] {
  const whole: Envelope = JSON.parse(text)
  const flipped = (encoded: string) => {
    const bytes = Buffer.from(encoded, 'base64')
    const middle = bytes.length >> 1
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
    return bytes.toString('base64')
  }
  const signatures = whole.signatures.map(({ keyid, sig }) => ({ keyid, sig: flipped(sig) }))
  const payloadType = whole.payloadType.replace('json', 'jsoo')
  return [
    ['the payload', JSON.stringify({ ...whole, payload: flipped(whole.payload) })],
    ['the signatures', JSON.stringify({ ...whole, signatures })],
    ['the type', JSON.stringify({ ...whole, payloadType })],
  ]
}

test('a bundle that sigstore signed is in force, with both of its signers', async () => {
  const text = sigstoreEnvelope(bundleType, manifest(1, { 'policy.json': policy(1) }), [alice, bob])
  await eventually('the bundle in force', async () => {
    const reply = await apply(text)
    assert.ok([200, 503].includes(reply.status), reply.text)
    return reply.status === 200
  })
  const now = await version()
  assert.deepEqual([now.version, now.signers], [1, ['alice', 'bob']])
  const denied = (await asker(node)('GET /graph/degree?node=a')).json<Problem>()
  assert.equal(denied.explain?.rule, 'no-graph')
  assert.match(denied.detail, /你好/)
})

test('a bundle that ronctl signed is verified by sigstore, each signature under its own key', async () => {
  const text = await signedByRonctl(2)
  for (const signer of [alice, bob]) sigstoreVerifies(text, signer.id, publicKeyOf(signer))
  assert.throws(() => sigstoreVerifies(text, alice.id, publicKeyOf(bob)), { code: 'SIGNATURE_ERROR' })
})

test('one changed bit is refused by the node and by sigstore, whoever signed', async () => {
  const bySigstore = sigstoreEnvelope(bundleType, manifest(3, { 'policy.json': policy(3) }), [alice, bob])
  for (const text of [bySigstore, await signedByRonctl(4)]) {
    for (const [what, wrong] of changed(text)) {
      assert.equal((await apply(wrong)).json<Problem>().explain?.rule, 'bundle.threshold', what)
      for (const signer of [alice, bob])
        assert.throws(
          () => sigstoreVerifies(wrong, signer.id, publicKeyOf(signer)),
          { code: 'SIGNATURE_ERROR' },
          what,
        )
    }
    assert.equal((await apply(text)).status, 200, 'as it was signed it is good')
  }
  assert.equal((await version()).version, 4)
})
