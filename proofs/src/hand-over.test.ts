/**
 * Two nodes on one port: a new one takes over from an old one while clients of all kinds ask without a pause,
 * and no request fails. Needs Linux and, for clients that open a connection for each request,
 * `net.ipv4.tcp_migrate_req`, which a root user's run switches on for its time.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { freePort } from './free-port.ts'
import { moveWaitingConnections, senders } from './hand-over-load.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile } from './scratch.ts'

const handOvers = 3

const token = encodeToken(
  mint(nodeHmac, { key: new Uint8Array(32).fill(7), identifier: 'v1:boot:hand-over', location: null }),
)
const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
const place = {
  env: { MICRO_MACAROON_PATH: scratchFile('hand-over.macaroon', `${token}\n`), MICRO_HAND_OVER: '1' },
  args: ['--bind', bind, '--metrics', metrics],
}

test('a new node takes over from an old one under load, and no request fails', async (t) => {
  const moved = moveWaitingConnections(t)
  let node = await startNode(place)
  const load = senders({ url: `http://${bind}`, token, moved })
  for (let round = 0; round < handOvers; round++) {
    await load.asked(50)
    node = await handOver(node)
  }
  await load.asked(50)
  assert.deepEqual(await load.stop(), [])
})

async function handOver(old: NodeProcess): Promise<NodeProcess> {
  const next = await startNode(place)
  old.signal('SIGTERM')
  assert.equal(await old.ended(), 0)
  return next
}
