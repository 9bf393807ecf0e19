/** What servers do at most over HTTP, in turns so that noise falls on all of them. */

import type { Server } from './child.ts'
import { fixed } from './payload.ts'
import { putObject } from './put-object.ts'
import { median } from './spread.ts'
import { loadAnyhow, type Load, type Outcome } from './wrk.ts'

export const rounds = 3
export const connections = 64
export const seconds = 3

/** The medians of the rounds, in the order of the servers. One that is absent has null. */
export async function sideBySide(
  servers: readonly (Server | null)[],
  what: Pick<Load, 'method' | 'size'>,
): Promise<readonly (Outcome | null)[]> {
  const outcomes = servers.map((): Outcome[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, server] of servers.entries()) {
      if (server === null) continue
      const { url, token } = server
      outcomes[at]?.push(await loadAnyhow({ ...what, url, token, connections, seconds }))
    }
  }
  return outcomes.map((own) => (own.length === 0 ? null : middle(own)))
}

function middle(outcomes: readonly Outcome[]): Outcome {
  return {
    perSecond: median(outcomes.map(({ perSecond }) => perSecond)),
    refusedPerSecond: median(outcomes.map(({ refusedPerSecond }) => refusedPerSecond)),
    p50Ms: median(outcomes.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(outcomes.map(({ p99Ms }) => p99Ms)),
  }
}

/** The object that a GET of this size asks for. */
export function put(server: Server, size: string): Promise<void> {
  return putObject(server, size, Uint8Array.from(fixed(size)))
}
