/**
 * What the threads of services get of the node's keys: none of its parents, whatever a parent is for, and nothing that is
 * derived of them for the main thread. Every key is planted, and then looked for in all bytes and texts that a thread
 * can reach, with what it was started with. A service that must speak for the node asks the kernel, which signs two texts
 * and no others; the one secret that a service is given is the token of a link, and the peers alone get that.
 */

import { createHmac, createPrivateKey, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { sealKeys } from '@ron/kernel/kms/sealed-keys'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker } from './http.ts'
import { identity, secretFile } from './identities.ts'
import { startNode } from './node-process.ts'
import { scratchFolder } from './scratch.ts'
import { searchedThreads } from './thread-heaps.ts'
import { inspected } from './thread-killer.ts'

const drawn = () => Uint8Array.from(randomBytes(32))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const [root, zkKeys, issuer, unsealing, handOver] = [drawn(), drawn(), drawn(), drawn(), drawn()]
const [auditor, node, other] = [identity(), identity(), identity()]
const seedOf = (pem: string) => createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' }).subarray(-32)
const macaroonKey = new Uint8Array(hkdfSync('sha256', root, '', 'ron/1 capability-root 1 macaroon', 32))
const chainStart = createHmac('sha256', 'macaroons-key-generator').update(macaroonKey).digest()

/** By name: what must be in no thread but the main one. */
const secrets: Readonly<Record<string, Uint8Array>> = {
  'capability-root': root,
  'its key for macaroons': macaroonKey,
  'what macaroons are chained from': chainStart,
  'audit-log': seedOf(auditor.pem),
  'node-identity': seedOf(node.pem),
  'zk-keys': zkKeys,
  'discharge-issuer': issuer,
  'the key of keys.file': unsealing,
  'the key of a hand-over': handOver,
}
const linkToken = 'planted-token-of-a-link-0123456789'
/** It is sent to a service, so it has to be found there: the search would find what is there. */
const content = drawn()

const keysFile = join(scratchFolder(), 'planted.keys')
const kept = (purpose: string, secret: Uint8Array) => ({
  purpose,
  version: 1,
  madeAtMs: 1,
  goneAtMs: null,
  secret,
})
const keys = [kept('capability-root', root), kept('zk-keys', zkKeys)]
writeFileSync(
  keysFile,
  sealKeys(unsealing, { keys, revocations: [] }, (length) => Uint8Array.from(randomBytes(length))),
)
chmodSync(keysFile, 0o600)

const bind = `127.0.0.1:${await freePort()}`
const settings = [
  `keys.file=${keysFile}`,
  `keys.unseal=file:${secretFile('planted.unseal', hex(unsealing))}`,
  `identity.key_path=${secretFile('planted-audit.pem', auditor.pem)}`,
  `identity.node_key_path=${secretFile('planted-node.pem', node.pem)}`,
  'capabilities.issuer_location=https://issuer.example',
  `capabilities.issuer_key_path=${secretFile('planted-issuer.key', hex(issuer))}`,
  'node.hand_over=true',
  `node.hand_over_socket=${join(scratchFolder(), 'planted.next')}`,
  `node.hand_over_key_path=${secretFile('planted.key', hex(handOver))}`,
  `peers.links=other http://${bind} ${other.node} ${secretFile('planted-token', linkToken)}`,
  'storage.bytes_max=4MiB',
  // A thread that is being searched gives no sign of life.
  'supervision.hang_after=1m',
]

test('no thread of a service holds a key of the node, derived or not, and what it is sent would be seen', async () => {
  const started = await startNode({
    profile: 'macro',
    args: ['--bind', bind, ...settings.flatMap((setting) => ['--set', setting])],
    env: inspected,
  })
  const ask = asker(started)
  // All of them are in use: tokens are minted and verified, the log is signed, the node is registered.
  const admin = asker({ url: started.admin, token: started.token })
  await eventually('a token of the planted root', async () => {
    const reply = await admin('POST /api/v1/tokens/mint', { json: { caveats: [] } })
    return reply.status < 300
  })
  assert.equal((await admin('GET /api/v1/audit/checkpoint')).status, 200)
  await eventually(
    'the node in its registry',
    async () => (await ask(`GET /registry/nodes/${node.node}`)).status === 200,
  )
  assert.equal((await ask('PUT /objects/planted', { body: content })).status, 201)

  const threads = await searchedThreads(started, [...Object.values(secrets), content])
  const names = new Set(threads.map(({ name }) => name))
  for (const service of ['storage', 'mailbox', 'index', 'policy', 'overlay', 'registry', 'audit', 'peers'])
    assert.ok(names.has(service), `${service} was looked into`)
  const known = new Map(Object.entries(secrets).map(([name, secret]) => [hex(secret), name]))
  for (const { name, buffers, found, birth } of threads) {
    assert.ok(buffers > 10, `${buffers} buffers of ${name}`)
    assert.deepEqual(
      found.flatMap((secret) => known.get(secret) ?? []),
      [],
      `in a buffer of ${name}`,
    )
    for (const [secret, what] of known) {
      const forms = ['hex', 'base64', 'base64url', 'latin1'] as const
      for (const form of forms)
        assert.ok(
          !birth.includes(Buffer.from(secret, 'hex').toString(form)),
          `${what} in the birth of ${name}`,
        )
    }
    assert.ok(!birth.includes(linkToken), `the token of a link in the birth of ${name}`)
  }
  const holders = threads.filter(({ found }) => found.includes(hex(content))).map(({ name }) => name)
  assert.ok(holders.length > 0 && holders.every((name) => name === 'storage'), holders.join())
  // What they were started with was read: the settings of the service are there.
  assert.match(threads.find(({ name }) => name === 'storage')?.birth ?? '', /bytesMax: 4194304/)
})
