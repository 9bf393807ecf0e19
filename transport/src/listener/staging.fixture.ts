/**
 * A listener and its clients for one test, with handlers that answer plainly. Timeouts are configured short by
 * those who await them; nothing here measures time.
 */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { systemClock } from '@ron/kernel/system/clock'
import type { Random } from '@ron/kernel/ports/random'
import { listenAs } from '@ron/kernel/system/private-socket'
import { systemRandom } from '@ron/kernel/system/random'
import { nextTurn } from '@ron/kernel/system/turn'
import { until } from '@ron/kernel/system/until'
import { headerBlock, noHeaders } from './header-block.ts'
import type { Driver, Exchange, Handlers, Listener, ListenerOptions } from './listener.ts'
import { nodeHttp, nodeHttpAt } from './node.ts'
import { issued } from '../tls/certificate.fixture.ts'
import type { TlsOptions } from '../tls/context.ts'
import { tlsIdentity } from '../tls/identity.ts'
import { RawClient, type Trust } from './raw-client.fixture.ts'

const defaults: ListenerOptions = {
  host: '127.0.0.1',
  port: 0,
  shared: false,
  connectionsMax: 100,
  connectionsPerAddressMax: 0,
  tls: null,
  headerBytesMax: 4_096,
  readTimeoutMs: 30_000,
  writeTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  wsMessageBytesMax: 10_000,
  wsBufferBytesMax: 100_000,
}

/** How clients of a driver reach it, where that is not plainly a port. */
interface Way {
  readonly trust: Trust | null
  /** Null for a port of this machine. */
  readonly path: string | null
}

const ways = new WeakMap<Driver, Way>()

/** The same driver with TLS on every connection, which clients of its stages speak. */
export function overTls({ info, load, listen }: Driver): Driver {
  const { certificate, key } = issued({ name: 'node', ips: ['127.0.0.1'] })
  const files = { certPath: 'cert.pem', certificate, keyPath: 'key.pem', key: encode(key) }
  const identity = tlsIdentity(files, systemClock.now())
  const tls: TlsOptions = {
    identity,
    others: new Map(),
    staples: new Map(),
    minVersion: 'TLSv1.3',
    clientAuthorities: null,
  }
  const driver: Driver = {
    info: { ...info, name: `${info.name} with TLS` },
    load,
    listen: (options, ...others) => listen({ ...options, tls }, ...others),
  }
  ways.set(driver, { trust: { ca: certificate }, path: null })
  return driver
}

/** node:http at a Unix socket, one listener at a time. */
export function atSocket(path: string): Driver {
  const driver: Driver = {
    info: { ...nodeHttp.info, name: 'node:http at a Unix socket' },
    load: (options) => nodeHttp.load(options),
    listen: (options, ...others) =>
      nodeHttpAt({ listen: (door) => listenAs(door, path), admits: () => true }, options, ...others),
  }
  ways.set(driver, { trust: null, path })
  return driver
}

/** Chance that never falls on the one answer in many that ends its connection. */
const evenTempered: Random = { ...systemRandom, fraction: () => 0.999 }

export interface Stage {
  readonly listener: Listener
  /** Reasons of what the driver itself refused. */
  readonly rejected: string[]
  /** Where it listens. */
  readonly place: string
  /** What its clients are known by. */
  readonly peer: string
  /** A connection, destroyed with the test. */
  readonly client: () => Promise<RawClient>
}

/** Runs `body` against a listener with these handlers, and sees that nothing is left afterwards. */
export async function staged(
  driver: Driver,
  handlers: Partial<Handlers>,
  body: (stage: Stage) => Promise<void>,
  options: Partial<ListenerOptions> = {},
  random: Random = evenTempered,
): Promise<void> {
  const rejected: string[] = []
  const clients: RawClient[] = []
  const meter = {
    request() {},
    exemplar() {},
    inflight() {},
    rejected: (reason: string) => void rejected.push(reason),
    integrityFailure() {},
  }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const listener = await driver.listen(
    { ...defaults, ...options },
    { exchange: (exchange) => text(exchange, 200, 'ok'), socketPaths: [], handshake() {}, ...handlers },
    { clock: systemClock, random, log, meter, nextTurn },
  )
  const { trust, path } = ways.get(driver) ?? { trust: null, path: null }
  const peer = path === null ? '127.0.0.1' : ''
  const place = path ?? `127.0.0.1:${listener.port}`
  const client = async () => {
    const opened = await RawClient.open(path ?? listener.port, '127.0.0.1', trust)
    clients.push(opened)
    return opened
  }
  try {
    await body({ listener, rejected, place, peer, client })
  } finally {
    for (const opened of clients) opened.destroy()
    await listener.close(0)
    await until(
      () => listener.connections() === 0 && listener.inFlight() === 0,
      'everything to be given back',
    )
  }
}

export const encode = (written: string): Uint8Array => new TextEncoder().encode(written)

export function text(exchange: Exchange, status: number, body: string): void {
  exchange.respond(status, headerBlock([['content-type', 'text/plain']]), encode(body))
}

/** Answers with the body it read, or with the code of the refusal. */
export async function echo(exchange: Exchange): Promise<void> {
  try {
    if (exchange.fault !== null) throw exchange.fault
    const body = await exchange.readBody(1_000_000)
    exchange.respond(200, noHeaders, body)
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error))
    text(exchange, error.code === 'TooLarge' ? 413 : error.code === 'RequestTimeout' ? 408 : 400, error.code)
  }
}

export const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: node', ...headers].join('\r\n')}\r\n\r\n`

/** Declares one thing that holds for the driver under test. */
export type Holds = (title: string, run: () => Promise<void>) => void
