/**
 * A new node takes over what an old one keeps in memory, while clients ask without a pause: no request fails, nothing
 * that was acknowledged is lost, tokens stay good and revoked ones stay revoked. And when it cannot be, the old one
 * serves on, or keeps what it has for another.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Channel } from '@ron/kernel/handover/channel'
import { messageIn, messageRecord, stateFormat, type Message } from '@ron/kernel/handover/messages'
import { systemClock } from '@ron/kernel/system/clock'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { freezeState, frozenState, givingTo, takenFrom } from './frozen-state.ts'
import { moveWaitingConnections, senders } from './hand-over-load.ts'
import { asker } from './http.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { emptied } from './queue.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const secretFile = (name: string, digit: string) => {
  const path = scratchFile(name, `${digit.repeat(64)}\n`)
  chmodSync(path, 0o600)
  return path
}
const keyPath = secretFile('hand-over.key', 'a')
const stepMs = 10_000
/** All that keep anything. */
const services = ['storage', 'mailbox', 'index', 'overlay', 'policy', 'registry']

/** Two ports and a name for a socket that nodes hand on to each other. */
async function placeOf(name: string) {
  const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const socket = join(scratchFolder(), `${name}.next`)
  const env = {
    MICRO_HAND_OVER: '1',
    MICRO_HAND_OVER_SOCKET: socket,
    MICRO_HAND_OVER_KEY_PATH: keyPath,
    MICRO_STORAGE_BYTES_MAX: '32MiB',
  }
  return {
    url: `http://${bind}`,
    admin: `http://${metrics}`,
    socket,
    env,
    args: ['--bind', bind, '--metrics', metrics],
  }
}

/** The next node, once it is ready; the one before has ended by itself then. */
async function takenOver(old: NodeProcess, place: Awaited<ReturnType<typeof placeOf>>): Promise<NodeProcess> {
  const next = await startNode(place)
  assert.equal(await old.ended(), 0, old.output())
  return next
}

test('a node hands over all that it keeps under load: nothing fails, nothing is lost, tokens go on', async (t) => {
  const place = await placeOf('load')
  const moved = moveWaitingConnections(t)
  const first = await startNode(place)
  const ask = asker(first)
  const admin = asker({ url: place.admin, token: first.token })
  const content = (at: number) => Buffer.alloc(1_000 + 40_000 * at, at + 1)
  for (let at = 0; at < 20; at++)
    assert.equal((await ask(`PUT /objects/kept/${at}`, { body: content(at) })).status, 201)
  await ask('POST /feed/follow', { json: { user: 'ben', author: 'ann' } })
  await ask('POST /feed/post', { json: { author: 'ann', text: 'still here' } })
  await ask('PUT /graph/edges', { json: { from: 'a', to: 'b' } })
  await ask('PUT /search/docs/d', { json: { fields: { body: 'needle' } } })
  const minted = await admin('POST /api/v1/tokens/mint', { json: { caveats: [] } })
  const { token: revoked } = minted.json<{ token: string }>()
  assert.equal((await ask('GET /objects/kept/0', { token: revoked })).status, 200)
  assert.equal((await admin('POST /api/v1/tokens/revoke', { json: { token: revoked } })).status, 200)
  assert.equal(statSync(place.socket).mode & 0o777, 0o600)

  const load = senders({ url: place.url, token: first.token, moved })
  let node = first
  for (let round = 0; round < 3; round++) {
    await load.asked(50)
    node = await takenOver(node, place)
  }
  await load.asked(50)
  assert.deepEqual(await load.stop(), [])

  for (let at = 0; at < 20; at++) {
    const reply = await ask(`GET /objects/kept/${at}`)
    assert.equal(reply.status, 200, reply.text)
    assert.ok(content(at).equals(reply.bytes), `object ${at}`)
  }
  assert.match((await ask('GET /feed/home?user=ben')).text, /still here/)
  assert.equal((await ask('GET /graph/degree?node=a')).status, 200)
  assert.match((await ask('GET /search?q=needle')).text, /"d"/)
  assert.equal((await ask('GET /objects/kept/0', { token: revoked })).status, 401)
  for (const [topic, keys] of load.kept) {
    assert.deepEqual(new Set(await emptied(ask, topic)), keys, topic)
  }
  // The one that goes overwrites all of it, and says so; keys are nowhere in what it printed.
  assert.match(first.output(), /"msg":"what the services kept is handed over"/)
  assert.match(first.output(), /"bytes":[1-9]\d+,"msg":"what the services kept was overwritten/)
  assert.ok(!first.output().includes(readFileSync(keyPath, 'utf8').trim()))
})

test('who may not take over gets nothing, and the old node serves on', async () => {
  const place = await placeOf('refusing')
  const node = await startNode(place)
  const ask = asker(node)
  await ask('PUT /objects/a', { body: 'kept' })
  const attempt = (env: Record<string, string>, ...more: string[]) =>
    runCommand(['--profile', 'micro', '--json', ...place.args, ...more], { ...place.env, ...env })
  const stranger = await attempt({ MICRO_HAND_OVER_KEY_PATH: secretFile('other.key', 'b') })
  assert.equal(stranger.exitCode, 1)
  assert.match(stranger.stderr, /nothing was handed over: the node at .* ended the connection/)
  assert.match(node.output(), /another hand-over key.*a hand-over came to nothing/)
  const small = await attempt({ MICRO_STORAGE_BYTES_MAX: '1MiB' })
  assert.equal(small.exitCode, 1)
  assert.match(small.stderr, /refuses: its storage\.bytes_max is smaller than here; give it at least as much/)
  const keyless = await attempt({ MICRO_HAND_OVER_KEY_PATH: '' })
  assert.match(keyless.stderr + keyless.stdout, /MICRO_HAND_OVER_SOCKET needs a key that both nodes have/)
  const open = scratchFile('open.key', 'a'.repeat(64))
  chmodSync(open, 0o644)
  assert.match((await attempt({ MICRO_HAND_OVER_KEY_PATH: open })).stderr, /is open to others.*chmod 600/)
  assert.equal((await ask('GET /objects/a')).text, 'kept')
})

test('a node of another state format is refused before anything has begun', async () => {
  const place = await placeOf('format')
  const node = await startNode(place)
  const channel = await taking(place.socket)
  await channel.send(messageRecord({ kind: 'take', format: stateFormat + 1, places: {} }), stepMs)
  const answer = messageIn(await channel.receive(stepMs))
  assert.ok(answer.kind === 'refused')
  assert.match(answer.because, /keeps its state in format 2 and this node in 1/)
  channel.end()
  assert.equal((await asker(node)('GET /objects/none')).status, 404)
})

test('when the one that takes over falls on the way, the next one gets all of it', async () => {
  const place = await placeOf('fallen')
  const node = await startNode(place)
  const ask = asker(node)
  await ask('PUT /objects/large', { body: Buffer.alloc(1_000_000, 7) })
  const channel = await taking(place.socket)
  const places = { journal: 2 ** 40, pages: 2 ** 40 }
  const say = (message: Message) => channel.send(messageRecord(message), stepMs)
  await say({
    kind: 'take',
    format: stateFormat,
    places: Object.fromEntries(services.map((one) => [one, places])),
  })
  assert.equal(messageIn(await channel.receive(stepMs)).kind, 'keys')
  await say({ kind: 'drain' })
  assert.equal(messageIn(await channel.receive(stepMs)).kind, 'place')
  channel.end()
  await eventually('the loss on record', async () => node.output().includes('waits for another'))
  await takenOver(node, place)
  const reply = await ask('GET /objects/large')
  assert.deepEqual([reply.status, reply.bytes.length], [200, 1_000_000])
})

/** A connection to a node as another node would have it. */
async function taking(path: string): Promise<Channel> {
  const socket = connect(path)
  await once(socket, 'connect')
  return Channel.open(socket, new Uint8Array(32).fill(0xaa), true, systemClock, stepMs)
}

test('what an earlier build of this state format kept is taken as it was frozen', async () => {
  const place = await placeOf('frozen')
  const key = new Uint8Array(32).fill(0xaa)
  const frozen = frozenState()
  if (frozen === null) {
    const node = await startNode(place)
    const ask = asker(node)
    await ask('PUT /objects/frozen/a', { body: 'an object', headers: { 'content-type': 'text/plain' } })
    await ask('PUT /objects/frozen/large', { body: Buffer.alloc(5_000, 7) })
    await ask('PUT /graph/edges', { json: { from: 'a', to: 'b' } })
    await ask('PUT /search/docs/d', { json: { fields: { body: 'needle' } } })
    await ask('POST /feed/follow', { json: { user: 'ben', author: 'ann' } })
    await ask('POST /feed/post', { json: { author: 'ann', text: 'still here' } })
    const records = await takenFrom(place.socket, key, services)
    assert.fail(`${freezeState(records)} was not there and is made now: run this again, and commit it`)
  }
  const { given } = await givingTo(place.socket, key, frozen)
  const node = await startNode(place)
  await given
  const ask = asker(node)
  assert.equal((await ask('GET /objects/frozen/a')).text, 'an object')
  assert.ok(Buffer.alloc(5_000, 7).equals((await ask('GET /objects/frozen/large')).bytes))
  assert.equal((await ask('GET /graph/degree?node=a')).status, 200)
  assert.match((await ask('GET /search?q=needle')).text, /"d"/)
  assert.match((await ask('GET /feed/home?user=ben')).text, /still here/)
})
