/**
 * Clients of all kinds that send messages without a pause while nodes change places, and remember what they were told
 * is kept. No client sends anything twice by itself.
 */

import { after, type TestContext } from 'node:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { SDK } from '@ron/app-sdk'

const switchPath = '/proc/sys/net/ipv4/tcp_migrate_req'
const clientsOfEachKind = 4

/** One request after the other until told to stop. */
interface Client {
  readonly name: string
  /** Sends a message under this key. Rejects with what went wrong. */
  send(topic: string, idem_key: string): Promise<void>
  close(): void
}

export interface Senders {
  /** Resolves when every client has asked so many times more. */
  asked(times: number): Promise<void>
  /** Resolves with what failed. */
  stop(): Promise<readonly string[]>
  /** The keys of all messages that a node said it has, by topic. */
  readonly kept: ReadonlyMap<string, ReadonlySet<string>>
}

export interface Sending {
  readonly url: string
  readonly token: string
  /** Whether there may be clients that open a connection for each request. */
  readonly moved: boolean
}

/**
 * Without it, connections that nobody has accepted when the old node closes its door are reset by the system, and
 * nothing is promised to them. False when it cannot be had.
 */
export function moveWaitingConnections(t: TestContext): boolean {
  try {
    const before = readFileSync(switchPath, 'utf8')
    if (before.trim() !== '1') {
      writeFileSync(switchPath, '1')
      after(() => writeFileSync(switchPath, before))
    }
    return true
  } catch {
    t.diagnostic(`${switchPath} cannot be set to 1 here: clients that connect anew are left out`)
    return false
  }
}

export function senders(sending: Sending): Senders {
  const clients = Array.from({ length: clientsOfEachKind }, () => [
    keeping(sending),
    ...(sending.moved ? [fresh(sending)] : []),
    sdk(sending),
  ]).flat()
  const failures: string[] = []
  const kept = new Map<string, Set<string>>()
  const answered = new Map(clients.map((client) => [client, 0]))
  const stopping = new AbortController()
  const run = async (client: Client) => {
    const keys = kept.get(client.name) ?? new Set()
    kept.set(client.name, keys)
    while (!stopping.signal.aborted) {
      const key = crypto.randomUUID()
      try {
        await client.send(client.name, key)
        keys.add(key)
      } catch (thrown) {
        failures.push(`${client.name}: ${String(thrown)}`)
      }
      answered.set(client, (answered.get(client) ?? 0) + 1)
    }
    client.close()
  }
  const running = Promise.all(clients.map(run))
  return {
    kept,
    async asked(times) {
      const before = new Map(answered)
      const done = () => clients.every((one) => (answered.get(one) ?? 0) >= (before.get(one) ?? 0) + times)
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    async stop() {
      stopping.abort()
      await running
      return failures
    },
  }
}

/** Keeps its connection for as long as it may. */
function keeping(sending: Sending): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    name: 'kept',
    send: (topic, key) => post(sending, { agent }, topic, key),
    close: () => agent.destroy(),
  }
}

/** Opens a connection for each request. */
function fresh(sending: Sending): Client {
  return {
    name: 'fresh',
    send: (topic, key) => post(sending, { agent: false }, topic, key),
    close: () => {},
  }
}

/** Calls over OAP on one WebSocket. */
function sdk({ url, token }: Sending): Client {
  const client = new SDK({ baseUrl: url, cap: token, carrier: 'oap' })
  return {
    name: 'sdk',
    async send(topic, idem_key) {
      await client.mailbox.send({ topic, idem_key, payload_b64: btoa(idem_key) })
    },
    close: () => client.close(),
  }
}

/** A request that no client may send twice by itself. */
async function post(
  { url, token }: Sending,
  options: RequestOptions,
  topic: string,
  idem_key: string,
): Promise<void> {
  const body = JSON.stringify({ topic, idem_key, payload_b64: btoa(idem_key) })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    httpRequest(`${url}/v1/mailbox/send`, { ...options, method: 'POST', headers }, resolve)
      .once('error', reject)
      .end(body)
  })
  const said = await text(response)
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${said}`)
}
