/** Nodes as peers: names looked up in a full registry, and what a hop from one node to another costs. */

import { SDK } from '@ron/app-sdk'
import { startPair, type Pair } from '../../peers/pair.ts'
import { lookupTimes } from '../../peers/in-process.ts'
import { registered } from '../../peers/registered.ts'
import { percentile } from '../../spread.ts'
import { took } from '../../took.ts'
import { until } from '../../until.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const sizesAt = (scale: number) => ({
  entries: scaled(4_000, scale, 50),
  lookups: scaled(10_000, scale, 200),
  objects: scaled(1_000, scale, 50),
  messages: scaled(20_000, scale, 500),
})

export const peers: Facet = {
  name: 'peers',
  title: 'Peers: the registry, and a hop from node to node',
  sizes: sizesAt,
  async measure({ scale }) {
    const sizes = sizesAt(scale)
    const pair = await startPair()
    try {
      return [
        await inProcess(sizes),
        ...(await lookups(pair, sizes)),
        await forwarding(pair, sizes.messages),
        ...(await fetches(pair, sizes.objects)),
      ]
    } finally {
      await pair.stop()
    }
  },
}

const rest = { better: 'less', peer: null } as const
const sdkOf = ({ url, token }: Pair['here'], carrier: 'http' | 'oap') =>
  new SDK({ baseUrl: url, cap: token, carrier })

async function inProcess({ entries, lookups }: ReturnType<typeof sizesAt>): Promise<Measured> {
  const times = await lookupTimes(entries, lookups)
  return {
    ...rest,
    work: `a name among ${entries.toLocaleString('en')}, in the thread of the registry, p95`,
    unit: 'ms',
    ours: percentile(times, 95),
    samples: times.length,
    limit: { of: 'ours', value: 1 },
    note: `p50 ${(percentile(times, 50) * 1_000).toFixed(1)}, p99 ${(percentile(times, 99) * 1_000).toFixed(1)} µs`,
  }
}

async function lookups(
  { here }: Pair,
  { entries, lookups }: ReturnType<typeof sizesAt>,
): Promise<Measured[]> {
  const sdk = sdkOf(here, 'oap')
  const nowMs = Math.floor(performance.timeOrigin + performance.now())
  for (let nth = 0; nth < entries; nth++) await sdk.registry.register(registered(`n${nth}.example`, nowMs))
  const rows: Measured[] = []
  for (const carrier of ['oap', 'http'] as const) {
    const client = sdkOf(here, carrier)
    const times: number[] = []
    for (let nth = 0; nth < lookups; nth++)
      times.push(await took(() => client.registry.resolve({ name: `N${(nth * 7_919) % entries}.Example.` })))
    client.close()
    rows.push({
      ...rest,
      work: `a name among ${entries.toLocaleString('en')}, over ${carrier.toUpperCase()}, p95`,
      unit: 'ms',
      ours: percentile(times, 95),
      samples: times.length,
      limit: { of: 'ours', value: 50 },
      note: `one after the other; p50 ${percentile(times, 50).toFixed(2)}, p99 ${percentile(times, 99).toFixed(2)} ms`,
    })
  }
  sdk.close()
  return rows
}

/** Messages that wait in a topic of one node, until all of them are at the other one. */
async function forwarding({ here, there }: Pair, messages: number): Promise<Measured> {
  const [from, to] = [sdkOf(here, 'oap'), sdkOf(there, 'oap')]
  const payload_b64 = Buffer.alloc(256, 7).toString('base64')
  const batch = 100
  for (let nth = 0; nth < messages; nth += batch) {
    await from.mailbox.sendBatch({
      topic: 'out',
      messages: Array.from({ length: batch }, (_, at) => ({ idem_key: `${nth + at}`, payload_b64 })),
    })
  }
  const ms = await took(async () => {
    await from.peers.forward({ peer: 'there', topic: 'out', to: 'in' })
    const arrived = async () => (await to.mailbox.topic({ topic: 'in' })).ready >= messages || undefined
    await until(`${messages} messages are at the peer`, arrived, 20)
  })
  await from.peers.unforward({ peer: 'there', topic: 'out' })
  for (const sdk of [from, to]) sdk.close()
  return {
    ...rest,
    work: 'messages of 256 bytes forwarded',
    unit: 'messages/s',
    better: 'more',
    ours: messages / (ms / 1_000),
    samples: messages,
    limit: null,
    note: 'each leased here, sent, and acknowledged; eight on their way at one time',
  }
}

async function fetches({ here, there }: Pair, objects: number): Promise<Measured[]> {
  const [from, to] = [sdkOf(there, 'oap'), sdkOf(here, 'oap')]
  const times: number[] = []
  for (let nth = 0; nth < objects; nth++) {
    const { address } = await from.objects.post({ body: Buffer.alloc(4_096, `object ${nth} `) })
    times.push(await took(() => to.peers.fetch({ peer: 'there', address })))
  }
  const { links } = await to.peers.list()
  const { hop_p50_us = Number.NaN, hop_p99_us = Number.NaN } = links[0] ?? {}
  for (const sdk of [from, to]) sdk.close()
  return [
    {
      ...rest,
      work: 'an object of 4 KiB brought from the peer, p99',
      unit: 'ms',
      ours: percentile(times, 99),
      samples: times.length,
      limit: null,
      note: `p50 ${percentile(times, 50).toFixed(2)} ms, as the one who asks for it sees it`,
    },
    {
      ...rest,
      work: 'of this the hop from node to node, p99',
      unit: 'ms',
      ours: hop_p99_us / 1_000,
      samples: times.length,
      limit: null,
      note: `p50 ${(hop_p50_us / 1_000).toFixed(2)} ms, as the node reports it; both nodes on one machine`,
    },
  ]
}
