/**
 * Proofs of inclusion by the experimental STARK, through a node with its own workers: one at a time, in batches, and
 * what is none. What is no proof is of the right length, so every byte of it is sent and looked at.
 */

import { SDK } from '@ron/app-sdk'
import { published } from '@ron/services/zk-verify/circuits/audit-inclusion-stark.published'
import { hashOf } from '@ron/services/zk-verify/circuits/pinned'
import type { Claim } from '@ron/services/zk-verify/snark/verifier'
import { elementBytes, hashBytes, proofBytes, secondFold } from '@ron/services/zk-verify/stark/layout'
import { openStark } from '@ron/services/zk-verify/stark/stark'
import { residentBytes, startNode } from '../../child.ts'
import { percentile } from '../../spread.ts'
import { took } from '../../took.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const circuit = 'audit-inclusion-stark'
/** Whom the published proof is for, and what it answers. */
const [verifier, nonce] = ['self-test', '00'.repeat(16)]
const together = 16
/** Where the last element of a proof is; the last path follows. */
const lastElement = proofBytes - secondFold.path * hashBytes - elementBytes

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const key = fromBase64(published.key)

const sizes = (scale: number) => ({
  single: scaled(500, scale),
  rounds: scaled(100, scale),
  garbage: scaled(4_000, scale),
})

export const stark: Facet = {
  name: 'stark',
  title: 'Proofs of inclusion by the experimental STARK',
  sizes,
  async measure({ scale }) {
    const claim = { proof: fromBase64(published.proof), inputs: published.inputs.map(fromBase64) }
    return [...(await alone(claim, sizes(scale))), ...(await throughNode(claim, sizes(scale)))]
  },
}

/** In this thread, without a node: what a worker does. */
async function alone(
  claim: Claim,
  { single, garbage: count }: ReturnType<typeof sizes>,
): Promise<readonly Measured[]> {
  const ready = await openStark(key)
  const none = new Uint8Array(0)
  const perSecond = async (bad: Claim) => {
    const ms = await took(async () => {
      for (let at = 0; at < count; at++) if (ready.verify([bad], none)[0] === null) throw new Error('taken')
    })
    return (1_000 * count) / ms
  }
  const changed = (at: number, value: number) => ({
    ...claim,
    proof: claim.proof.map((byte, offset) => (offset === at ? byte ^ value : byte)),
  })
  for (let at = 0; at < 100; at++) ready.verify([claim], none)
  const cpu = process.cpuUsage()
  for (let at = 0; at < single; at++) ready.verify([claim], none)
  const { user, system } = process.cpuUsage(cpu)
  const refused = {
    unit: 'a second',
    better: 'more',
    samples: count,
    peer: null,
    limit: { of: 'ours', value: 5_000 },
  } as const
  return [
    {
      work: 'verifying, in one thread',
      unit: 'ms of CPU',
      better: 'less',
      ours: (user + system) / 1_000 / single,
      samples: single,
      peer: null,
      limit: { of: 'ours', value: 4 },
    },
    {
      ...refused,
      // The highest byte of the last element.
      work: 'refused by its looks, in one thread',
      ours: await perSecond(changed(lastElement + 3, 0xff)),
    },
    {
      ...refused,
      work: 'well-formed, refused by its nonce, in one thread',
      ours: await perSecond(changed(0, 1)),
    },
  ]
}

async function throughNode(
  { proof, inputs }: Claim,
  { single, rounds, garbage }: ReturnType<typeof sizes>,
): Promise<readonly Measured[]> {
  const settings = ['experimental=true', `verifier=${verifier}`, `circuits=${circuit}@${hashOf(key)}`]
  const node = await startNode(settings.map((setting) => `zk-verify.${setting}`))
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap' })
  const told = inputs.slice(0, 2).map((input) => Buffer.from(input).toString('hex'))
  const ask = async (body: Uint8Array<ArrayBuffer>, valid: boolean) => {
    const verdict = await sdk.zk.verify({ circuit, inputs: told, nonce, body })
    if (verdict.valid !== valid) throw new Error(`said to be ${verdict.valid ? 'valid' : 'none'}`)
  }
  const good = Uint8Array.from(proof)
  const all = (count: number, body: Uint8Array<ArrayBuffer>, valid: boolean) =>
    took(() => Promise.all(Array.from({ length: count }, () => ask(body, valid))))
  try {
    for (let at = 0; at < 20; at++) await all(together, good, true)
    const ones: number[] = []
    for (let at = 0; at < single; at++) ones.push(await took(() => ask(good, true)))
    const before = residentBytes(node)
    const batches: number[] = []
    for (let at = 0; at < rounds; at++) batches.push((await all(together, good, true)) / together)
    const bad = Uint8Array.from(good, (byte, at) => (at === 0 ? byte ^ 1 : byte))
    let garbageMs = 0
    for (let sent = 0; sent < garbage; sent += together) garbageMs += await all(together, bad, false)
    const grownBytes = residentBytes(node) - before
    const basic = { peer: null, better: 'less' } as const
    return [
      {
        ...basic,
        work: 'one at a time through the node, p95',
        unit: 'ms',
        ours: percentile(ones, 95),
        samples: single,
        limit: { of: 'ours', value: 15 },
        note: `p50 ${percentile(ones, 50).toFixed(1)} ms`,
      },
      {
        ...basic,
        work: `each of ${together} at once through the node, p95`,
        unit: 'ms',
        ours: percentile(batches, 95),
        samples: rounds,
        limit: { of: 'ours', value: 5 },
        note: `p50 ${percentile(batches, 50).toFixed(1)} ms`,
      },
      {
        ...basic,
        better: 'more',
        work: 'well-formed, refused by its nonce, through the node',
        unit: 'a second',
        ours: (1_000 * garbage) / garbageMs,
        samples: garbage,
        limit: { of: 'ours', value: 5_000 },
      },
      {
        ...basic,
        work: `memory grown by ${rounds * together} proofs and ${garbage} that are none`,
        unit: 'MiB',
        ours: grownBytes / 2 ** 20,
        samples: 1,
        limit: null,
      },
    ]
  } finally {
    sdk.close()
    await node.stop()
  }
}
