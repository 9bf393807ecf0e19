/** How soon a node is ready, how fast it says so under load, and what it takes to be there. */

import * as roster from '@ron/services/roster'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { residentBytes, startNode, type Server } from './child.ts'
import { load } from './wrk.ts'

const starts = 15
/** One for each service. */
const threads = Object.keys(roster).length
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

/** What no node can be faster than here: a Node process that makes as many empty threads, and exits. */
export async function emptyStartTimes(): Promise<readonly number[]> {
  const script = `
    const { Worker } = require('node:worker_threads')
    const threads = Array.from({ length: ${threads} }, () => new Worker('', { eval: true }))
    Promise.all(threads.map((thread) => new Promise((up) => thread.once('online', up)))).then(() => process.exit())
  `
  const times: number[] = []
  for (let at = 0; at < starts; at++) {
    const from = performance.now()
    await once(spawn(process.execPath, ['-e', script], { stdio: 'ignore' }), 'exit')
    times.push(performance.now() - from)
  }
  return times
}

/** Milliseconds of `/readyz` on a node that does nothing else, one for each request. */
export async function readyTimes(): Promise<readonly number[]> {
  const node = await startNode()
  try {
    const times: number[] = []
    for (let probe = 0; probe < probes; probe++) times.push(await answerTime(`${node.admin}/readyz`))
    return times
  } finally {
    await node.stop()
  }
}

async function answerTime(url: string): Promise<number> {
  const from = performance.now()
  const response = await fetch(url)
  await response.arrayBuffer()
  return performance.now() - from
}

/**
 * Milliseconds of one request more, to `path` on the other surface, while 64 connections GET as fast as they
 * can. A server that keeps two processors busy makes the probe wait its turn, whatever the probe asks.
 */
export async function probedUnderLoad(server: Server, path: string): Promise<readonly number[]> {
  const loading = load({
    url: server.url,
    token: server.token,
    method: 'GET',
    size: '1k',
    connections: 64,
    seconds: 8,
  })
  const times: number[] = []
  for (let probe = 0; probe < probes; probe++) {
    times.push(await answerTime(server.admin + path))
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
