/** One post on its way to thousands who watch, beside a bare server that sends as much to as many. */

import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { startNode, startPushBare, type Server } from '../child.ts'
import type { Pushed } from './push-clients.ts'

const clientsMain = new URL('./push-clients.js', import.meta.url).pathname
const run = promisify(execFile)
/** Beside its connections a process has files of its own. */
const otherFiles = 200

export interface Push {
  readonly node: Pushed
  readonly bare: Pushed
}

/** As many of the clients that are wanted as the limit of open files allows. */
export function clientsAllowed(wanted: number): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? wanted : Math.min(wanted, Number(limit) - otherFiles)
}

export async function push(clients: number, events: number): Promise<Push> {
  const node = await startNode([
    `limits.max_conns=${clients + otherFiles}`,
    `mailbox.subscribers_max=${clients}`,
    `mailbox.pull_threshold=${clients}`,
    ...['inflight_max', 'peer_inflight_max', 'tenant_inflight_max'].map(
      (name) => `overlay.${name}=${2 * clients}`,
    ),
  ])
  const bare = await startPushBare()
  try {
    return {
      bare: await pushed('bare', bare, clients, events),
      node: await pushed('node', node, clients, events),
    }
  } finally {
    await Promise.all([node.stop(), bare.stop()])
  }
}

async function pushed(kind: string, server: Server, clients: number, events: number): Promise<Pushed> {
  const { url, token, process: child } = server
  const args = [clientsMain, kind, url, token, String(clients), String(events), String(child.pid)]
  const { stdout } = await run(process.execPath, args)
  return JSON.parse(stdout)
}
