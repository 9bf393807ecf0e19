/**
 * The registry, from outside: a node finds itself there when it is ready, others register with their own keys, and
 * what is not theirs to say is refused, over HTTP and OAP alike.
 */

import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate, NodeError, SDK } from '@ron/app-sdk'
import { descriptorText, signerOf, type Descriptor } from '@ron/kernel/identity/descriptor'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { identity, secretFile, type Identity } from './identities.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

const own = identity()
const keyFile = secretFile('node-key.pem', own.pem)
const node = await startNode({
  args: [
    ...['--set', `identity.node_key_path=${keyFile}`, '--set', 'identity.name=Café.Example'],
    ...['--set', 'registry.entries_max=8'],
  ],
  env: inspected,
})
const ask = asker(node)
const sdk = (carrier: 'http' | 'oap', cap = node.token) => new SDK({ baseUrl: node.url, cap, carrier })

interface Found {
  readonly node: string
  readonly name: string
  readonly descriptor: Descriptor
  readonly signature: string
}

function described(who: Identity, changes: Partial<Descriptor> = {}) {
  const nowMs = Date.now()
  const descriptor = {
    v: 1,
    kind: 'service' as const,
    key: who.key,
    name: `s-${who.node.slice(0, 12)}`,
    addresses: [],
    services: [],
    profile: 'app',
    version: '1',
    issued_ms: nowMs,
    expires_ms: nowMs + 60_000,
    seq: 1,
    ...changes,
  }
  return { node: who.node, descriptor, signature: who.sign(descriptorText(descriptor)) }
}

test('a node registers itself under its name and key, and anybody can check what it says', async () => {
  const found = await eventually('the node to be registered', async () => {
    const reply = await ask('GET /registry/names/caf%C3%A9.example')
    return reply.status === 200 && reply.json<Found>()
  })
  assert.deepEqual([found.node, found.name], [own.node, 'xn--caf-dma.example'])
  assert.equal(signerOf(found.descriptor, found.signature), own.node)
  assert.deepEqual(found.descriptor.addresses, [node.url])
  const storage = found.descriptor.services.find(({ name }) => name === 'storage')
  assert.ok(storage?.operations.includes('getByAddress'))
  assert.ok(!storage?.operations.includes('stat'), 'what nobody outside may ask is not offered')
  for (const carrier of ['http', 'oap'] as const) {
    const client = sdk(carrier)
    assert.equal((await client.registry.get({ node: own.node })).name, 'xn--caf-dma.example')
    assert.ok((await client.registry.list()).items.some(({ node }) => node === own.node))
    client.close()
  }
})

test('a service registers with a key of its own, and nobody else can take its name or speak for it', async () => {
  const client = sdk('oap')
  const [one, two] = [identity(), identity()]
  const refused = async (signed: ReturnType<typeof described>, code: string, because: RegExp) => {
    await assert.rejects(client.registry.register(signed), (thrown) => {
      assert.ok(thrown instanceof NodeError, String(thrown))
      assert.equal(thrown.code, code)
      assert.match(thrown.message, because)
      return true
    })
  }
  const first = await client.registry.register(described(one, { name: 'Shop.Example' }))
  assert.deepEqual([first.outcome, first.name], ['created', 'shop.example'])
  await refused(described(two, { name: 'shop.example.' }), 'Conflict', /is the name of node/)
  await refused(described(two, { name: 'café.example' }), 'Conflict', new RegExp(own.node))
  await refused({ ...described(two), node: one.node }, 'BadRequest', /that of node/)
  await refused({ ...described(one), signature: described(two).signature }, 'BadRequest', /signature/)
  await refused(described(one, { name: 'shop.example', seq: 0 }), 'Conflict', /not above 1/)
  await refused(described(two, { expires_ms: Date.now() - 1 }), 'BadRequest', /expired/)
  const unknown = { ...described(two), descriptor: { ...described(two).descriptor, owner: 'me' } }
  const reply = await ask(`PUT /registry/nodes/${two.node}`, {
    json: { descriptor: unknown.descriptor, signature: unknown.signature },
  })
  assert.deepEqual([reply.status, reply.json<Problem>().code], [400, 'BadRequest'])
  assert.match(reply.text, /owner/)
  client.close()
})

test('reading, registering and removing each need their verb', async () => {
  const reader = sdk('http', attenuate(node.token, 'verbs = registry.read'))
  await reader.registry.list()
  const who = identity()
  for (const [cap, call] of [
    ['registry.read', (client: SDK) => client.registry.register(described(who))],
    ['registry.read,registry.write', (client: SDK) => client.registry.remove({ node: own.node })],
    ['objects.*', (client: SDK) => client.registry.list()],
  ] as const)
    await assert.rejects(call(sdk('http', attenuate(node.token, `verbs = ${cap}`))), /CapabilityScope/)
  assert.equal((await ask('GET /registry/nodes', { token: null })).status, 401)
})

test('with another key the node is another one, under the same name', async () => {
  const next = identity()
  writeFileSync(keyFile, next.pem)
  const admin = asker({ url: node.admin, token: node.token })
  assert.equal((await admin('POST /api/v1/keys/node-identity/rotate', { json: {} })).status, 200)
  const found = await eventually('the other key to be registered', async () => {
    const reply = await ask('GET /registry/names/caf%C3%A9.example')
    const { node: id, descriptor, signature } = reply.json<Found>()
    return reply.status === 200 && id === next.node && signerOf(descriptor, signature)
  })
  assert.equal(found, next.node)
  assert.equal((await ask(`GET /registry/nodes/${own.node}`)).status, 404)
})

test('what was registered outlives the thread, and there is room for so many and no more', async () => {
  const client = sdk('http')
  const before = (await client.registry.list()).items.map(({ node }) => node)
  await restartThread(node, 'registry', 'process.exit(7)')
  const after = await eventually('the registry to answer again', () =>
    client.registry.list().then(
      ({ items }) => items.map(({ node }) => node),
      () => false,
    ),
  )
  assert.deepEqual(after, before)
  const others = Array.from({ length: 8 - before.length }, identity)
  for (const other of others) await client.registry.register(described(other))
  await assert.rejects(client.registry.register(described(identity())), /Full/)
  await client.registry.remove({ node: others[0]?.node ?? '' })
  await client.registry.register(described(identity()))
})
