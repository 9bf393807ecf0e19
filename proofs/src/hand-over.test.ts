/**
 * Two nodes on one port: a new one takes over from an old one while clients of all kinds ask without a pause,
 * and no request fails. Needs Linux and, for clients that open a connection for each request,
 * `net.ipv4.tcp_migrate_req`, which a root user's run switches on for its time.
 */

import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { SDK } from '@ron/app-sdk'
import { mint } from '@ron/transport/macaroon/chain'
import { encodeToken } from '@ron/transport/macaroon/codec'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { freePort } from './free-port.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile } from './scratch.ts'

const switchPath = '/proc/sys/net/ipv4/tcp_migrate_req'
const handOvers = 3
const clientsOfEachKind = 4

const token = encodeToken(
  mint(nodeHmac, { key: new Uint8Array(32).fill(7), identifier: 'v1:boot:hand-over', location: null }),
)
const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
const place = {
  env: { MICRO_MACAROON_PATH: scratchFile('hand-over.macaroon', `${token}\n`), MICRO_HAND_OVER: '1' },
  args: ['--bind', bind, '--metrics', metrics],
}

/** One request after the other until told to stop. */
interface Client {
  readonly name: string
  /** Rejects with what went wrong. */
  ask(): Promise<void>
  close(): void
}

test('a new node takes over from an old one under load, and no request fails', async (t) => {
  const moved = moveWaitingConnections()
  if (!moved) t.diagnostic(`${switchPath} cannot be set to 1 here: clients that connect anew are left out`)
  let node = await startNode(place)
  const load = loadOf(
    Array.from({ length: clientsOfEachKind }, () => [kept(), ...(moved ? [fresh()] : []), sdk()]).flat(),
  )
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

/**
 * Without it, connections that nobody has accepted when the old node closes its door are reset by the system, and
 * nothing is promised to them. False when it cannot be had.
 */
function moveWaitingConnections(): boolean {
  try {
    const before = readFileSync(switchPath, 'utf8')
    if (before.trim() !== '1') {
      writeFileSync(switchPath, '1')
      after(() => writeFileSync(switchPath, before))
    }
    return true
  } catch {
    return false
  }
}

function loadOf(clients: readonly Client[]) {
  const failures: string[] = []
  const answered = new Map(clients.map((client) => [client, 0]))
  const stopping = new AbortController()
  const run = async (client: Client) => {
    while (!stopping.signal.aborted) {
      await client.ask().catch((thrown: unknown) => failures.push(`${client.name}: ${String(thrown)}`))
      answered.set(client, (answered.get(client) ?? 0) + 1)
    }
    client.close()
  }
  const running = Promise.all(clients.map(run))
  return {
    /** Resolves when every client has asked so many times more. */
    async asked(times: number): Promise<void> {
      const before = new Map(answered)
      const done = () => clients.every((one) => (answered.get(one) ?? 0) >= (before.get(one) ?? 0) + times)
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    async stop(): Promise<readonly string[]> {
      stopping.abort()
      await running
      return failures
    },
  }
}

/** Keeps its connection for as long as it may. */
function kept(): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return { name: 'kept', ask: () => send({ agent }), close: () => agent.destroy() }
}

/** Opens a connection for each request. */
function fresh(): Client {
  return { name: 'fresh', ask: () => send({ agent: false }), close: () => {} }
}

/** Calls over OAP on one WebSocket. */
function sdk(): Client {
  const client = new SDK({ baseUrl: `http://${bind}`, cap: token, carrier: 'oap' })
  return {
    name: 'sdk',
    async ask() {
      await client.mailbox.send({ topic: 'over', idem_key: crypto.randomUUID(), payload_b64: 'aGk=' })
    },
    close: () => client.close(),
  }
}

/** A request that no client may send twice by itself. */
async function send(options: RequestOptions): Promise<void> {
  const body = JSON.stringify({ topic: 'http', idem_key: crypto.randomUUID(), payload_b64: 'aGk=' })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const url = `http://${bind}/v1/mailbox/send`
    httpRequest(url, { ...options, method: 'POST', headers }, resolve)
      .once('error', reject)
      .end(body)
  })
  const said = await text(response)
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${said}`)
}
