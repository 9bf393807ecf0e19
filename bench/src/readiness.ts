/** How soon a node is ready, how fast it says so under load, and what it takes to be there. */

import { residentBytes, startNode, type Server } from './child.ts'
import { load } from './wrk.ts'

const starts = 15
const probes = 400

/** Milliseconds from spawning the process to a 200 of `/readyz`, one for each start. */
export async function startTimes(): Promise<readonly number[]> {
  const times: number[] = []
  for (let at = 0; at < starts; at++) {
    const from = performance.now()
    const node = await startNode()
    const response = await fetch(`${node.admin}/readyz`)
    if (!response.ok) throw new Error(`/readyz answered ${response.status} after the ready line`)
    times.push(performance.now() - from)
    await node.stop()
  }
  return times
}

/** Milliseconds of `/readyz` on the admin surface while 64 connections GET as fast as they can. */
export async function readyzUnderLoad(node: Server): Promise<readonly number[]> {
  const loading = load({
    url: node.url,
    token: node.token,
    method: 'GET',
    size: '1k',
    connections: 64,
    seconds: 8,
  })
  const times: number[] = []
  for (let probe = 0; probe < probes; probe++) {
    const from = performance.now()
    const response = await fetch(`${node.admin}/readyz`)
    await response.arrayBuffer()
    times.push(performance.now() - from)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await loading
  return times
}

/** Resident bytes of a node that has been ready for a moment and did nothing. */
export async function residentAtRest(): Promise<number> {
  const node = await startNode()
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  const bytes = residentBytes(node)
  await node.stop()
  return bytes
}
