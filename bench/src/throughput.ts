/** GET and PUT through the whole wall, beside the bare driver, in turns so that noise falls on both. */

import type { Server } from './child.ts'
import { fixed } from './payload.ts'
import { putObject } from './put-object.ts'
import { median } from './spread.ts'
import { load, type Load, type Outcome } from './wrk.ts'

const rounds = 3
const connections = 64
const seconds = 3

export interface Comparison {
  readonly name: string
  readonly node: Outcome
  readonly bare: Outcome
  /** Node over bare, the median of the rounds. */
  readonly ratio: number
}

export async function compare(node: Server, bare: Server): Promise<readonly Comparison[]> {
  for (const size of ['1k', '64k']) await put(node, size)
  const comparisons: Comparison[] = []
  for (const method of ['GET', 'PUT'] as const) {
    for (const size of ['1k', '64k']) comparisons.push(await rounded(node, bare, { method, size }))
  }
  return comparisons
}

async function rounded(node: Server, bare: Server, what: Pick<Load, 'method' | 'size'>): Promise<Comparison> {
  const outcomes: { node: Outcome; bare: Outcome }[] = []
  for (let round = 0; round < rounds; round++) {
    const bareOutcome = await load({ ...what, url: bare.url, token: '', connections, seconds })
    const nodeOutcome = await load({ ...what, url: node.url, token: node.token, connections, seconds })
    outcomes.push({ node: nodeOutcome, bare: bareOutcome })
  }
  const middle = (of: (outcome: { node: Outcome; bare: Outcome }) => number) => median(outcomes.map(of))
  return {
    name: `${what.method} ${what.size}`,
    node: {
      perSecond: middle((o) => o.node.perSecond),
      p50Ms: middle((o) => o.node.p50Ms),
      p99Ms: middle((o) => o.node.p99Ms),
    },
    bare: {
      perSecond: middle((o) => o.bare.perSecond),
      p50Ms: middle((o) => o.bare.p50Ms),
      p99Ms: middle((o) => o.bare.p99Ms),
    },
    ratio: middle((o) => o.node.perSecond / o.bare.perSecond),
  }
}

/** The object that a GET of this size asks for. */
export function put(server: Server, size: string): Promise<void> {
  return putObject(server, size, Uint8Array.from(fixed(size)))
}
