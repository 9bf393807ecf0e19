/**
 * An audit log over a hand-over: the next node goes on with the same tree, chain, name and key, so a checkpoint of the
 * node before is continued by that of the one after, and whoever verifies sees one log. In memory, and in a folder.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Channel } from '@ron/kernel/handover/channel'
import { messageIn, messageRecord, stateFormat } from '@ron/kernel/handover/messages'
import { systemClock } from '@ron/kernel/system/clock'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker } from './http.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const secretFile = (name: string, digit: string) => {
  const path = scratchFile(name, `${digit.repeat(64)}\n`)
  chmodSync(path, 0o600)
  return path
}
const keyPath = secretFile('audit-hand-over.key', 'c')
const stepMs = 10_000

interface Status {
  readonly origin: string
  readonly key: string
  readonly size: number
}
interface Entry {
  readonly seq: number
  readonly kind: string
}

/** Two ports and a socket that macronodes with these settings hand on to each other. */
async function placeOf(name: string, settings: readonly string[] = []) {
  const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
  const socket = join(scratchFolder(), `${name}.next`)
  const args = [
    ...['--bind', bind, '--metrics', metrics],
    ...['node.hand_over=true', `node.hand_over_socket=${socket}`, `node.hand_over_key_path=${keyPath}`]
      .concat(settings)
      .flatMap((setting) => ['--set', setting]),
  ]
  return { profile: 'macro', args, socket, url: `http://${bind}`, admin: `http://${metrics}` } as const
}
type Place = Awaited<ReturnType<typeof placeOf>>

async function takenOver(old: NodeProcess, place: Place): Promise<NodeProcess> {
  const next = await startNode(place)
  assert.equal(await old.ended(), 0, old.output())
  return next
}

/** Privileged acts, each of which is on record before it is answered. */
async function acts(place: Place, token: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const reply = await asker({ url: place.url, token })('PUT /overlay/ceilings', {
      json: { inflight_max: 500 + at },
    })
    assert.equal(reply.status, 200, reply.text)
  }
}

const statusOf = async ({ admin }: Place, token: string) =>
  (await asker({ url: admin, token })('GET /api/v1/audit')).json<Status>()

/** The kinds of all records, in order; that none is missing is part of it. */
async function kindsOf({ admin }: Place, token: string): Promise<readonly string[]> {
  const reply = await asker({ url: admin, token })('GET /api/v1/audit/tail?from=0&limit=256')
  const { records } = reply.json<{ records: readonly Entry[] }>()
  assert.deepEqual(
    records.map(({ seq }) => seq),
    records.map((_, at) => at),
  )
  return records.map(({ kind }) => kind)
}

test('the log goes on in the next node with the same tree, chain, name and key, twice', async () => {
  const place = await placeOf('memory')
  let node = await startNode(place)
  const { token } = node
  const folder = join(scratchFolder(), 'mirrored-log')
  const { origin, key } = await statusOf(place, token)
  const asking = { admin: place.admin, token }
  for (const round of [1, 2, 3]) {
    await acts(place, token, 5)
    const mirrored = await ronctl(['audit', 'mirror', folder], asking)
    assert.equal(mirrored.code, 0, mirrored.stderr)
    const checkpoint = scratchFile(`checkpoint-${round}`, readFileSync(join(folder, 'checkpoint'), 'utf8'))
    node = await takenOver(node, place)
    await acts(place, token, 5)
    const now = await statusOf(place, token)
    assert.deepEqual([now.origin, now.key], [origin, key])
    const verified = await ronctl(['audit', 'verify', '--key', key, '--since', checkpoint], asking)
    assert.deepEqual([verified.code, verified.stderr], [0, ''])
    assert.match(verified.stdout, /continues what was signed/)
  }
  const kinds = await kindsOf(place, token)
  const count = (kind: string) => kinds.filter((one) => one === kind).length
  // Each node said that it begins and that it ends; every act has a beginning and an end.
  assert.deepEqual([count('node.start'), count('node.drain'), count('audit.gap')], [4, 3, 0])
  assert.deepEqual([count('act.begin'), count('act.end')], [30, 30])
})

test('a log in a folder goes on there, and the folder changes hands', async () => {
  const folder = join(scratchFolder(), 'handed-log')
  const settings = [
    'node.audit_directory=' + folder,
    'identity.origin=example.com/handed',
    'keys.file=' + join(scratchFolder(), 'handed.keys'),
    'keys.unseal=file:' + secretFile('handed.unseal', 'd'),
  ]
  const place = await placeOf('folder', settings)
  let node = await startNode(place)
  const { token } = node
  await acts(place, token, 150)
  const { origin, key } = await statusOf(place, token)
  node = await takenOver(node, place)
  await acts(place, token, 150)
  assert.deepEqual((await statusOf(place, token)).origin, origin)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  const verified = await ronctl(['audit', 'verify', folder, '--key', key])
  assert.deepEqual([verified.code, verified.stderr], [0, ''])
  // And after a restart without a hand-over, from the files alone.
  const last = await startNode(place)
  await acts(place, token, 1)
  assert.equal((await statusOf(place, token)).origin, origin)
  last.signal('SIGTERM')
  assert.equal(await last.ended(), 0)
})

test('a node that cannot go on with the log takes nothing, and the next one that can gets all of it', async () => {
  const place = await placeOf('refused')
  const node = await startNode(place)
  const { token } = node
  await acts(place, token, 3)
  const { origin } = await statusOf(place, token)
  const stranger = await runCommand([
    ...['--profile', 'macro', '--json', ...place.args],
    ...['--set', 'identity.origin=example.com/other'],
  ])
  assert.equal(stranger.exitCode, 1)
  assert.match(stranger.stderr, /the audit log that is handed over is .*; set identity\.origin to what/)
  await eventually('the loss on record', async () => node.output().includes('waits for another'))
  await takenOver(node, place)
  assert.equal((await statusOf(place, token)).origin, origin)
  await acts(place, token, 1)
})

test('a node without a log is not given one, and the old node serves on', async () => {
  const place = await placeOf('without')
  const node = await startNode(place)
  const socket = connect(place.socket)
  await once(socket, 'connect')
  const channel = await Channel.open(socket, new Uint8Array(32).fill(0xcc), true, systemClock, stepMs)
  const room = { journal: 2 ** 40, pages: 2 ** 40 }
  const services = ['storage', 'mailbox', 'index', 'overlay', 'policy', 'registry', 'zk-verify']
  const places = Object.fromEntries(services.map((name) => [name, room]))
  await channel.send(messageRecord({ kind: 'take', format: stateFormat, places }), stepMs)
  const answer = messageIn(await channel.receive(stepMs))
  assert.ok(answer.kind === 'refused')
  assert.match(answer.because, /does not run audit, which keeps something here/)
  channel.end()
  await acts(place, node.token, 1)
})
