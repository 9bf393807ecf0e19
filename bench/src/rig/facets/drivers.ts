/**
 * The socket drivers beside each other: what each answers at most, what TLS takes of that, and whether a client that
 * behaves notices thousands of connections that say nothing, or say it slowly.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SDK } from '@ron/app-sdk'
import { issued } from '@ron/transport/tls/certificate.fixture'
import { startNode, type Server } from '../../child.ts'
import { fixed } from '../../payload.ts'
import { connections, put, rounds, seconds, sideBySide } from '../../throughput.ts'
import { parted } from '../confined.ts'
import { held, tooFewFiles } from '../held.ts'
import { drive, type Outcome } from '../load.ts'
import { endpoint, httpRequest } from '../requests.ts'
import type { Facet, Measured, Run } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizes = { idle: 10_000, slow: 2_000, askingConnections: 64, askingSeconds: 10 }
/** So that nobody is closed for being slow while it is measured. */
const patient = ['timeouts.read=10m', 'timeouts.idle=10m', 'limits.max_conns=16384']
const tlsRatioMin = 0.6
const slowdownMax = 2
/** Far below what either driver can do: a client that waits for others, and not for the node. */
const askedPerSecond = 2_000
const slowEveryMs = 1_000
/** A driver may close those that are slow; then others come, and some of them are just on their way. */
const openShareMin = 0.9

const names = ['uws', 'node'] as const

export const drivers: Facet = {
  name: 'drivers',
  title: 'Socket drivers',
  sizes: (scale) => ({
    connections,
    rounds,
    seconds,
    ...sizes,
    idle: scaled(sizes.idle, scale),
    slow: scaled(sizes.slow, scale),
  }),
  async measure(run) {
    const rows = [...(await throughput())]
    for (const driver of names) rows.push(...(await beside(driver, run)))
    return rows
  },
}

async function throughput(): Promise<readonly Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ron-bench-'))
  const { certificate, key } = issued({ name: 'node', ips: ['127.0.0.1'] })
  const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certPath, certificate)
  writeFileSync(keyPath, key, { mode: 0o600 })
  const tls = ['tls.enabled=true', `tls.cert_path=${certPath}`, `tls.key_path=${keyPath}`]
  const servers = await Promise.all([
    startNode(['node.driver=uws']),
    startNode(['node.driver=node']),
    startNode(tls),
  ])
  const [uws, node, secure] = servers
  try {
    for (const server of [uws, node]) await put(server, '1k')
    const sdk = new SDK({ baseUrl: secure.url, cap: secure.token, tls: { ca: certificate } })
    await sdk.put('/objects/1k', Uint8Array.from(fixed('1k')))
    sdk.close()
    const outcomes = await sideBySide([uws, node, secure], { method: 'GET', size: '1k' })
    if (outcomes.some((outcome) => (outcome?.refusedPerSecond ?? 0) > 0))
      throw new Error('GET 1k was refused')
    const [fast, plain, sealed] = outcomes.map((outcome) => outcome?.perSecond ?? Number.NaN)
    const most = { unit: 'requests/s', better: 'more', samples: rounds } as const
    return [
      {
        ...most,
        work: 'GET 1k, node',
        ours: plain ?? Number.NaN,
        peer: { name: 'uws', value: fast ?? null },
        limit: null,
      },
      {
        ...most,
        work: 'GET 1k, node with TLS 1.3',
        ours: sealed ?? Number.NaN,
        peer: { name: 'node without', value: plain ?? null },
        limit: { of: 'ratio', value: tlsRatioMin },
      },
    ]
  } finally {
    for (const server of servers) await server.stop()
    rmSync(folder, { recursive: true })
  }
}

/** One node of this driver: who asks while nobody else is there, and while the others are. */
async function beside(driver: (typeof names)[number], { seed, scale }: Run): Promise<readonly Measured[]> {
  const { server: own, load } = parted()
  const node = await startNode([...patient, `node.driver=${driver}`], own)
  try {
    await put(node, '1k')
    const asking = () => asked(node, seed, load)
    // Once for the code to be compiled.
    await asking()
    const request = httpRequest(node, 'GET', '/objects/1k')
    const kinds = [
      { what: 'idle', count: scaled(sizes.idle, scale), first: request, again: null },
      {
        what: 'slow',
        count: scaled(sizes.slow, scale),
        first: Buffer.from('GET /objects/1k HTTP/1.1\r\nx: '),
        again: { bytes: Buffer.from('a'), everyMs: slowEveryMs },
      },
    ]
    const rows: Measured[] = []
    for (const { what, count, first, again } of kinds) {
      const alone = await asking()
      const others = await held({ ...endpoint(node.url), connections: count, first, again }, load)
      const outcome = await asking()
      const { open: stayed } = await others.state()
      others.end()
      const open = `${stayed.toLocaleString('en')} of them open at its end`
      rows.push({
        work: `GET 1k beside ${count.toLocaleString('en')} ${what} connections, ${driver}, p99`,
        unit: 'ms',
        better: 'less',
        ours: outcome.served.p99Ms,
        samples: outcome.served.count,
        peer: { name: 'alone', value: alone.served.p99Ms },
        limit: { of: 'ratio', value: slowdownMax },
        void:
          tooFewFiles(count) ?? (stayed < count * openShareMin ? open : null) ?? outcome.void ?? alone.void,
        note: `${askedPerSecond} requests/s, Poisson, ${open}; the generator was ${outcome.late.p95Ms.toFixed(2)} ms late at p95`,
      })
    }
    return rows
  } finally {
    await node.stop()
  }
}

function asked(node: Server, seed: number, load: readonly number[] | null): Promise<Outcome> {
  const arrivals = { kind: 'poisson', perSecond: askedPerSecond, seed } as const
  return drive(
    {
      protocol: 'http',
      ...endpoint(node.url),
      requests: [httpRequest(node, 'GET', '/objects/1k')],
      model: { kind: 'open', connections: sizes.askingConnections, arrivals, waitingMax: 100_000 },
      warmUpSeconds: 1,
      seconds: sizes.askingSeconds,
    },
    node.process.pid ?? null,
    load,
  )
}
