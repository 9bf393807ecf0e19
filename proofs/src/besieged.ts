/**
 * A node under attack: one with small limits on a driver of one's choice, and an honest client beside the attackers
 * that asks one thing after another on one connection and is to get every answer.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { noUws } from '@ron/transport/listener/uws-here.fixture'
import { eventually } from './eventually.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'

export type DriverName = 'uws' | 'node'

/** Those that are there for this runtime. */
export const drivers: readonly DriverName[] = noUws === null ? ['uws', 'node'] : ['node']

/** The one that a node takes by itself. */
export const ownDriver: DriverName = noUws === null ? 'uws' : 'node'

/** Says in the report of a test file which driver was not attacked. Called last: nothing else may be awaited to be declared. */
export function tellMissing(): void {
  if (noUws !== null) void test('the same on uws', { skip: noUws })
}

const betweenMs = 10
/** What the buffers of many clients may take; an attack that a node answers with its memory takes far more. */
const growthMax = 160 * 1024 * 1024

export function besieged(
  driver: DriverName,
  settings: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<NodeProcess> {
  const all = ['log.level=warn', ...settings]
  return startNode({ args: ['--driver', driver, ...all.flatMap((setting) => ['--set', setting])], env })
}

/**
 * Attacks while the honest client asks. Afterwards it must have been served to the end, nothing may be in flight, no
 * fault may be on record, and the memory of the node may not have grown beyond measure.
 */
export async function besides<Came>(node: NodeProcess, attack: () => Promise<Came>): Promise<Came> {
  const before = (await scrape(node)).value('process_resident_memory_bytes')
  const client = await RawClient.open(node.port)
  const over = new AbortController()
  let served = 0
  const honest = (async () => {
    do {
      client.send(`GET /objects/none HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${node.token}\r\n\r\n`)
      assert.equal((await client.answer()).status, 404, 'what the honest client is told')
      served += 1
      await pause(betweenMs)
    } while (!over.signal.aborted)
  })()
  // Looked at below, and until then it must not end the process.
  honest.catch(() => {})
  try {
    const came = await attack()
    over.abort()
    await honest
    assert.ok(served > 0)
    // The scrape itself is one.
    await eventually(
      'everything in flight to end',
      async () => (await scrape(node)).sum('inflight_requests') === 1,
    )
    const after = (await scrape(node)).value('process_resident_memory_bytes')
    assert.ok(after - before < growthMax, `${Math.round((after - before) / 2 ** 20)} MiB more than before`)
    assert.doesNotMatch(node.output(), /"level":"(error|fatal)"/)
    return came
  } finally {
    over.abort()
    client.destroy()
  }
}

/** How many more a counter says after the attack than before; 0 where it is not there yet. */
export async function counted(
  node: NodeProcess,
  series: string,
  attack: () => Promise<unknown>,
): Promise<number> {
  const value = async () => (await scrape(node)).value(series) || 0
  const before = await value()
  await attack()
  return (await value()) - before
}

/** All statuses that a client was told, in order. */
export function statusesIn({ text }: RawClient): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}
