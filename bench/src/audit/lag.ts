/**
 * How long acts are on their way into the audit log of a node that does other work, as its own histogram says: privileged
 * acts, each of which waits for its record, and refusals of such, for which nobody waits.
 */

import { attenuate, NodeError, SDK } from '@ron/app-sdk'
import { startNode, type Server } from '../child.ts'
import { putObject } from '../put-object.ts'

const atOnce = 16

export interface Lag {
  /** Seconds, the bound of a bucket; infinite where more took longer than the last. */
  readonly p95Seconds: number
  readonly recorded: number
  readonly lost: number
}

export async function ingestLag(acts: number): Promise<Lag> {
  const node = await startNode(['node.audit=true', 'overlay.tarpit_after=0'])
  try {
    const may = new SDK({ baseUrl: node.url, cap: node.token })
    const mayNot = new SDK({ baseUrl: node.url, cap: attenuate(node.token, 'verbs = objects.read') })
    for (let done = 0; done < acts; done += atOnce) {
      await Promise.all(
        Array.from({ length: Math.min(atOnce, acts - done) }, async (_, at) => {
          const nth = done + at
          await putObject(node, `busy/${nth}`, `${nth}`)
          await may.overlay.putCeilings({ inflight_max: 500 + (nth % 100) })
          await refused(() => mayNot.overlay.putCeilings({ inflight_max: 1 }))
        }),
      )
    }
    return await lagOf(node)
  } finally {
    await node.stop()
  }
}

async function refused(ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask()
  } catch (thrown) {
    if (thrown instanceof NodeError && thrown.status === 403) return
    throw thrown
  }
  throw new Error('a token without the verb was let in')
}

async function lagOf({ admin }: Server): Promise<Lag> {
  const response = await fetch(`${admin}/metrics`)
  const lines = (await response.text()).split('\n')
  const value = (series: string) =>
    Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length) ?? Number.NaN)
  const buckets = lines.flatMap((line) => {
    const [, bound, count] = /^audit_lag_seconds_bucket\{le="([^"]+)"\} (\d+)$/.exec(line) ?? []
    return bound === undefined
      ? []
      : [{ bound: bound === '+Inf' ? Infinity : Number(bound), count: Number(count) }]
  })
  const recorded = value('audit_lag_seconds_count')
  const within = buckets.find(({ count }) => count >= 0.95 * recorded)
  return { p95Seconds: within?.bound ?? Number.NaN, recorded, lost: value('audit_lost_total') }
}
