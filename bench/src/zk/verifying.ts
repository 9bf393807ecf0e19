/**
 * Proofs through a whole node: one at a time, by the batch, and garbage that is written as points are. The client takes
 * its share of the same processors, so what is found is the least that the node can do.
 */

import { SDK } from '@ron/app-sdk'
import { startNode } from '../child.ts'
import { claimOf, goodProof, settings } from './claims.ts'

export interface ProofTimes {
  /** Milliseconds of a proof that came alone, from the call to its answer. */
  readonly aloneMs: readonly number[]
  /** Milliseconds for each proof of a full batch, one number a batch. */
  readonly batchedMs: readonly number[]
  readonly garbagePerSecond: number
}

export interface ProofSizes {
  readonly alone: number
  readonly batches: number
  readonly garbage: number
}

export const batchSize = 32
const connections = 4
/** Of each connection; a node takes 64. */
const inFlight = 60

export async function proofTimes({ alone, batches, garbage }: ProofSizes): Promise<ProofTimes> {
  const node = await startNode(settings)
  const clients = Array.from(
    { length: connections },
    () => new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap', retry: { attemptsMax: 1 } }),
  )
  const [sdk] = clients
  if (sdk === undefined) throw new Error('there is no client')
  const proof = goodProof()
  const claim = (body: Uint8Array, by = sdk) => by.zk.verify(claimOf(body))
  const timed = async (work: () => Promise<unknown>) => {
    const from = performance.now()
    await work()
    return performance.now() - from
  }
  try {
    for (let warm = 0; warm < 20; warm++) await claim(proof)
    const aloneMs: number[] = []
    for (let at = 0; at < alone; at++) aloneMs.push(await timed(() => claim(proof)))
    const batchedMs: number[] = []
    for (let at = 0; at < batches; at++) {
      const all = () => Promise.all(Array.from({ length: batchSize }, () => claim(proof)))
      batchedMs.push((await timed(all)) / batchSize)
    }
    const junk = Array.from({ length: garbage }, canonicalGarbage)
    const flood = () =>
      Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: inFlight }, async () => {
            for (let next = junk.pop(); next !== undefined; next = junk.pop()) {
              if ((await claim(next, client)).valid) throw new Error('garbage was taken for a proof')
            }
          }),
        ),
      )
    const garbagePerSecond = garbage / ((await timed(flood)) / 1_000)
    return { aloneMs, batchedMs, garbagePerSecond }
  } finally {
    for (const client of clients) client.close()
    await node.stop()
  }
}

/** Three points by their looks, of which it takes arithmetic to see that they are none. */
function canonicalGarbage(): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(192))
  // Compressed, not at infinity, and below p by its first byte; the second number of B has no flags.
  for (const at of [0, 48, 144]) bytes[at] = 0x80 | ((bytes[at] ?? 0) & 0x2f)
  bytes[96] = (bytes[96] ?? 0) & 0x0f
  return bytes
}
