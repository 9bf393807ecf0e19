/**
 * A key that somebody rotates while another node is taking over: the other has the keys already, so the rotation is
 * refused with what to do instead; when the other gives up it is possible again, and what was rotated goes along.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Channel } from '@ron/kernel/handover/channel'
import { messageIn, messageRecord, stateFormat } from '@ron/kernel/handover/messages'
import { systemClock } from '@ron/kernel/system/clock'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker, type Problem } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const keyPath = scratchFile('hand-over-keys.key', `${'e'.repeat(64)}\n`)
chmodSync(keyPath, 0o600)
const socketPath = join(scratchFolder(), 'hand-over-keys.next')
const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
const place = {
  profile: 'macro',
  args: [
    ...['--bind', bind, '--metrics', metrics],
    ...[
      'node.hand_over=true',
      `node.hand_over_socket=${socketPath}`,
      `node.hand_over_key_path=${keyPath}`,
    ].flatMap((setting) => ['--set', setting]),
  ],
} as const
const stepMs = 10_000

interface Purpose {
  readonly versions: readonly { readonly version: number; readonly state: string }[]
}

const adminWith = (token: string) => asker({ url: `http://${metrics}`, token })
const rotate = (token: string) => adminWith(token)('POST /api/v1/keys/capability-root/rotate', { json: {} })
const activeAt = async (token: string) => {
  const { purposes } = (await adminWith(token)('GET /api/v1/keys')).json<{
    purposes: readonly (Purpose & { purpose: string })[]
  }>()
  return purposes.find(({ purpose }) => purpose === 'capability-root')?.versions.at(-1)?.version
}

/** Asks as a node would that is about to take over, up to where it has the keys. */
async function askedForKeys(): Promise<{ readonly channel: Channel; readonly versions: readonly number[] }> {
  const socket = connect(socketPath)
  await once(socket, 'connect')
  const channel = await Channel.open(socket, new Uint8Array(32).fill(0xee), true, systemClock, stepMs)
  const room = { journal: 2 ** 40, pages: 2 ** 40 }
  const services = ['storage', 'mailbox', 'index', 'overlay', 'policy', 'registry', 'zk-verify', 'audit']
  const places = Object.fromEntries(services.map((name) => [name, room]))
  await channel.send(messageRecord({ kind: 'take', format: stateFormat, places }), stepMs)
  const answer = messageIn(await channel.receive(stepMs))
  assert.ok(answer.kind === 'keys', JSON.stringify(answer))
  const roots = answer.keys.filter(({ purpose }) => purpose === 'capability-root')
  return { channel, versions: roots.map(({ version }) => version) }
}

async function takenOver(old: NodeProcess): Promise<NodeProcess> {
  const next = await startNode(place)
  assert.equal(await old.ended(), 0, old.output())
  return next
}

test('while another node has the keys none is rotated, and what was rotated before or after goes along', async () => {
  const node = await startNode(place)
  const { token } = node
  await eventually('a first rotation', async () => (await rotate(token)).status === 200)
  const { channel, versions } = await askedForKeys()
  assert.deepEqual(versions, [1, 2])
  const refused = await rotate(token)
  assert.equal(refused.status, 409, refused.text)
  const { explain } = refused.json<Problem>()
  assert.equal(explain?.rule, 'key-handed-over')
  assert.match(explain?.fix ?? '', /rotate at the node that takes over/)
  assert.equal(await activeAt(token), 2)
  channel.end()
  // Whoever asked has given up, and the node knows it soon.
  await eventually('a second rotation', async () => (await rotate(token)).status === 200)
  assert.equal(await activeAt(token), 3)
  await takenOver(node)
  assert.equal(await activeAt(token), 3, 'the next node has it')
  assert.equal((await rotate(token)).status, 200)
  assert.equal(await activeAt(token), 4)
})
