/**
 * Requests at a steady rate beside a load, each from when it was meant to start: a node that stands still pays for all
 * that would have come meanwhile. A load that asks again when it is answered asks less of a node the slower that is, and
 * hides this.
 */

import type { Server } from './child.ts'
import { drive } from './rig/load.ts'
import { endpoint, httpRequest } from './rig/requests.ts'

const perSecond = 50
const connections = 8
/** A minute of silence, and more than is ever waited for. */
const waitingMax = 60 * perSecond
const warmUpSeconds = 5

/** Reads one object for so many seconds, and says whether 99 of 100 answers came within the limit, and none failed. */
export async function askSteadily(
  { url, token, process: { pid } }: Server,
  seconds: number,
  limitMs: number,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const { served, failedShare, refusedPerSecond } = await drive(
    {
      protocol: 'http',
      ...endpoint(url),
      requests: [httpRequest({ url, token }, 'GET', '/objects/1k')],
      model: {
        kind: 'open',
        connections,
        arrivals: { kind: 'constant', perSecond, seed: 1 },
        waitingMax,
      },
      warmUpSeconds,
      seconds: seconds - warmUpSeconds,
    },
    pid ?? null,
  )
  const failed = failedShare + refusedPerSecond / perSecond
  const text =
    `${served.p99Ms.toFixed(1)} ms at ${perSecond} requests a second from when each was due; ` +
    `longest ${served.maxMs.toFixed(1)} ms, ${(100 * failed).toFixed(3)} % failed`
  return { ok: served.p99Ms <= limitMs && failed === 0, text }
}
