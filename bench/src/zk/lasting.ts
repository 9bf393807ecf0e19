/**
 * Good proofs without a pause: how many a second, by how many workers, and what so many of them leave behind in memory. The
 * client hands out ready proofs and makes none, so it costs little beside the node.
 */

import { SDK } from '@ron/app-sdk'
import { residentBytes, startNode } from '../child.ts'
import { took } from '../took.ts'
import { claimOf, goodProof, settings } from './claims.ts'

/** Batches of this size for every worker, and as many that wait. */
const inFlight = 60

export interface Lasting {
  readonly perSecond: number
  /** What the process had more after the last proof than after the first tenth. */
  readonly grownBytes: number
}

export async function lasting(proofs: number, workers: number): Promise<Lasting> {
  const node = await startNode([...settings, `zk-verify.workers=${workers}`])
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap', retry: { attemptsMax: 1 } })
  const proof = goodProof()
  const verified = async (count: number) => {
    let left = count
    const line = async () => {
      while (left-- > 0)
        if (!(await sdk.zk.verify(claimOf(proof))).valid) throw new Error('a good proof was refused')
    }
    await Promise.all(Array.from({ length: inFlight }, line))
  }
  try {
    const first = Math.ceil(proofs / 10)
    await verified(first)
    const before = residentBytes(node)
    const ms = await took(() => verified(proofs - first))
    return { perSecond: (1_000 * (proofs - first)) / ms, grownBytes: residentBytes(node) - before }
  } finally {
    sdk.close()
    await node.stop()
  }
}
