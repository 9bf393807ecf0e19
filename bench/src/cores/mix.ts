/**
 * The same mixed load for every node: reads of objects, searches, walks in the graph, and messages that are sent and
 * received. What a node holds, and what it is asked, follows from a seed.
 */

import { SDK } from '@ron/app-sdk'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import type { Server } from '../child.ts'
import { batchesOf, edgesPerNode } from '../graph/dataset.ts'
import { putObject } from '../put-object.ts'
import { httpRequest } from '../rig/requests.ts'
import { docOf, kinds, numbersFrom } from '../search/docs.ts'

export interface MixSize {
  readonly objects: number
  readonly docs: number
  readonly graphNodes: number
  /** Different ones, sent in turn. */
  readonly requests: number
}

export const valueBytes = 1_024
const topics = 16
const docsAtOnce = 200
const putsAtOnce = 32

/** Room for all that is sent while it is measured; nothing is acknowledged, and nothing comes again. */
export const mixSettings = [
  'mailbox.bytes_max=1GiB',
  'mailbox.journal_bytes_max=2GiB',
  'mailbox.inflight_max=1000000',
  'mailbox.depth_max=1000000',
  'mailbox.dedupe_max=4000000',
  'mailbox.dedupe=1s',
  'mailbox.visibility=1h',
  // A processor for two dozen threads makes a busy service look like a hung one.
  'supervision.hang_after=10s',
]

export async function fillMix(server: Server, size: MixSize, seed: number): Promise<void> {
  const { url, token } = server
  const random = seededRandom(seed)
  for (let first = 0; first < size.objects; first += putsAtOnce) {
    const length = Math.min(putsAtOnce, size.objects - first)
    const bodies = Array.from({ length }, () => Uint8Array.from(random.bytes(valueBytes)))
    await Promise.all(bodies.map((body, at) => putObject(server, `o${first + at}`, body)))
  }
  const sdk = new SDK({ baseUrl: url, cap: token, carrier: 'oap' })
  try {
    const next = numbersFrom(seed)
    for (let first = 0; first < size.docs; first += docsAtOnce) {
      const length = Math.min(docsAtOnce, size.docs - first)
      const docs = Array.from({ length }, (_, at) => docOf(first + at, next))
      await sdk.search.putDocs({ docs })
    }
    const edges = size.graphNodes * edgesPerNode
    for (const batch of batchesOf({ nodes: size.graphNodes, edges, shape: 'uniform', seed }))
      await sdk.graph.linkAll({ edges: batch })
  } finally {
    sdk.close()
  }
}

/** One request of each kind, a new one every time. */
export function requestsOf(server: Server, size: MixSize, seed: number) {
  const random = seededRandom(seed + 1)
  const below = (max: number) => Math.floor(random.fraction() * max)
  const next = numbersFrom(seed + 1)
  const [twoWords] = kinds
  const payload = random.bytes(valueBytes)
  const get = (path: string) => httpRequest(server, 'GET', path)
  return {
    read: () => get(`/objects/o${below(size.objects)}`),
    write: (nth: number) =>
      httpRequest(server, 'PUT', `/objects/w${nth % size.objects}`, random.bytes(valueBytes)),
    search: () => get(`/search?${new URLSearchParams({ q: twoWords?.ask(next).q ?? '' })}`),
    walk: () =>
      get(
        `/graph?${new URLSearchParams({ q: `user:${below(size.graphNodes)} hops:2`, max_neighbors: '100' })}`,
      ),
    send: (nth: number) =>
      httpRequest(server, 'POST', `/v1/mailbox/topics/q${nth % topics}`, payload, {
        'idempotency-key': `k${nth}`,
      }),
    receive: (nth: number) =>
      httpRequest(server, 'POST', `/v1/mailbox/recv/q${nth % topics}`, null, { 'content-length': '0' }),
  }
}

/** Of eight requests two read, two search, two walk, one sends and one receives. */
export function mixOf(server: Server, size: MixSize, seed: number): readonly Uint8Array[] {
  const { read, search, walk, send, receive } = requestsOf(server, size, seed)
  return Array.from({ length: Math.ceil(size.requests / 8) }, (_, nth) => [
    ...[read(), search(), walk(), send(nth)],
    ...[read(), search(), walk(), receive(nth)],
  ]).flat()
}
