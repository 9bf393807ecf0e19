/** Post-quantum sessions beside none, on the same node in the same run: what a connection costs, and what frames do. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SDK } from '@ron/app-sdk'
import { issued } from '@ron/transport/tls/certificate.fixture'
import { startNode, type Server } from '../../child.ts'
import { inTurns } from '../../in-turns.ts'
import { Connecting, objectName, type Connected, type How } from '../../pq/connecting.ts'
import { median, percentile } from '../../spread.ts'
import { took } from '../../took.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizesAt = (scale: number) => ({
  connections: scaled(1_000, scale, 40),
  reads: scaled(4_000, scale, 100),
  calls: scaled(20_000, scale, 500),
})

const objectBytes = 65_536
const atATime = 16
const rounds = 5
/** Of the criteria: connections with TCP, TLS and HELLO at most a fifth slower, frames at least seven tenths as fast. */
const [slowerMost, fasterLeast] = [1.2, 0.7]
const hybrid = ['pq.mode=hybrid', 'pq.handshakes_per_second=100000', 'limits.max_conns=4096']

export const pq: Facet = {
  name: 'pq',
  title: 'Post-quantum sessions, and conversations in the clear',
  sizes: sizesAt,
  async measure({ scale }) {
    const sizes = sizesAt(scale)
    const [plain, secure] = [await startNode(hybrid), await startSecure()]
    try {
      return [
        ...(await connections('TCP', plain, null, sizes.connections)),
        ...(await connections('TLS', secure.node, secure.authority, sizes.connections)),
        await reads(plain, sizes.reads),
        await calls(plain, sizes.calls),
      ]
    } finally {
      await Promise.all([plain.stop(), secure.stop()])
    }
  },
}

/** In turns, so that noise falls on all. */
async function connections(
  over: 'TCP' | 'TLS',
  node: Server,
  authority: string | null,
  count: number,
): Promise<Measured[]> {
  const connecting = await Connecting.to(node, authority)
  const tls = authority === null ? {} : { tls: { ca: authority } }
  const writer = new SDK({ baseUrl: node.url, cap: node.token, ...tls })
  await writer.objects.put({ name: objectName, body: new Uint8Array(64) })
  writer.close()
  const found: Record<How, Connected[]> = { plain: [], known: [], first: [] }
  const hows = ['plain', 'known', 'first'] as const
  for (const how of hows.toReversed()) for (let nth = 0; nth < 20; nth++) await connecting.once(how)
  for (let nth = 0; nth < count; nth++) for (const how of hows) found[how].push(await connecting.once(how))
  const limit = over === 'TLS' ? ({ of: 'ratio', value: slowerMost } as const) : null
  const row = (how: How, part: keyof Connected, work: string, limit: Measured['limit']): Measured => {
    const [ours, clear] = [found[how].map((each) => each[part]), found.plain.map((each) => each[part])]
    return {
      work: `${over}, WebSocket and HELLO, ${work}, p95`,
      unit: 'ms',
      better: 'less',
      ours: percentile(ours, 95),
      samples: count,
      peer: { name: 'in the clear', value: percentile(clear, 95) },
      limit,
      note: `p50 ${median(ours).toFixed(2)}, in the clear ${median(clear).toFixed(2)} ms; both sides on one machine`,
    }
  }
  return [
    row('known', 'readyMs', 'with a session', limit),
    row('known', 'answeredMs', 'with a session, and the first answer', limit),
    row('first', 'readyMs', 'with the first session of a client, which verifies the key', null),
  ]
}

async function reads(node: Server, count: number): Promise<Measured> {
  const writer = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap' })
  await writer.objects.put({ name: 'pq', body: new Uint8Array(objectBytes).fill(7) })
  writer.close()
  const mebibytes = (count * objectBytes) / 2 ** 20
  const rates = await beside(node, count, (sdk) => sdk.objects.get({ name: 'pq' }))
  return frames(`objects of ${objectBytes / 1_024} KiB read`, 'MiB/s', rates, mebibytes / count, count)
}

async function calls(node: Server, count: number): Promise<Measured> {
  const rates = await beside(node, count, (sdk) => sdk.feed.home({ user: 'bench' }))
  return frames('small requests answered', 'requests/s', rates, 1, count)
}

/** Calls in a second, the median of the rounds; sealed and in the clear in turns. */
async function beside(node: Server, count: number, call: (sdk: SDK) => Promise<unknown>) {
  const open = (mode: 'require' | 'off') =>
    new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap', pq: mode })
  const sdks = { sealed: open('require'), clear: open('off') }
  const rates: { readonly sealed: number[]; readonly clear: number[] } = { sealed: [], clear: [] }
  const each = Math.max(atATime, Math.floor(count / rounds))
  // A steady connection is compared with one: the first rounds of both are of code that is being compiled.
  for (const sdk of Object.values(sdks)) await many(sdk, 2 * each, call)
  for (let round = 0; round < rounds; round++) {
    for (const way of ['sealed', 'clear'] as const)
      rates[way].push(each / ((await took(() => many(sdks[way], each, call))) / 1_000))
  }
  for (const sdk of Object.values(sdks)) sdk.close()
  return { sealed: median(rates.sealed), clear: median(rates.clear) }
}

function many(sdk: SDK, count: number, call: (sdk: SDK) => Promise<unknown>): Promise<void> {
  return inTurns(count, atATime, () => call(sdk))
}

function frames(
  work: string,
  unit: string,
  { sealed, clear }: { readonly sealed: number; readonly clear: number },
  factor: number,
  samples: number,
): Measured {
  return {
    work,
    unit,
    better: 'more',
    ours: sealed * factor,
    samples,
    peer: { name: 'in the clear', value: clear * factor },
    limit: { of: 'ratio', value: fasterLeast },
    note: `sealed on one WebSocket, ${atATime} at a time, the median of ${rounds} rounds in turns`,
  }
}

/** A node with TLS, which the driver on node:http serves. */
async function startSecure() {
  const folder = mkdtempSync(join(tmpdir(), 'ron-bench-'))
  const { certificate, key } = issued({ name: 'localhost', dns: ['localhost'], ips: ['127.0.0.1'] })
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certPath, certificate)
  writeFileSync(keyPath, key, { mode: 0o600 })
  const tls = ['tls.enabled=true', `tls.cert_path=${certPath}`, `tls.key_path=${keyPath}`]
  const node = await startNode([...hybrid, ...tls])
  return {
    node,
    authority: certificate,
    async stop() {
      await node.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
