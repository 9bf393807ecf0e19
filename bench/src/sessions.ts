/**
 * The sessions that a soak holds beside its load: OAP over WebSockets, each of which asks for an object now and then,
 * more often than the node closes what is silent.
 */

import { encodeFrame, flag, noTenant } from '@ron/transport/oap/frame'
import { encodeMessage } from '@ron/transport/oap/message'
import { noBytes } from '@ron/transport/oap/bytes'
import type { Server } from './child.ts'
import { masked } from './feed/raw-web-socket.ts'
import { held, tooFewFiles } from './rig/held.ts'
import { endpoint, httpRequest } from './rig/requests.ts'

const storage = 0x0101
const get = 1
/** Each asks so often. */
const everyMs = 20_000
/** What may not have been asked when the count is taken: the last round is under way. */
const answeredMin = 0.9

export interface Sessions {
  /** What became of them, as the holder of their sockets and the node itself count it. */
  ended(): Promise<{ readonly ok: boolean; readonly text: string }>
}

/** What a node is started with to hold so many. Throws an error that names the limit where the system does not let it. */
export function settingsFor(count: number): readonly string[] {
  const reason = tooFewFiles(count)
  if (reason !== null)
    throw new Error(
      `${reason} for ${count} sessions: raise it (ulimit -n ${2 * count}), or hold fewer with --sessions`,
    )
  return [`limits.max_conns=${count + 1_024}`]
}

/** Opens them; what they ask for is the object `1k`. */
export async function openSessions(node: Server, count: number): Promise<Sessions> {
  const payload = encodeMessage({ fields: { name: '1k' }, body: noBytes })
  const ids = { code: get, appProtoId: storage, tenant: noTenant, corrId: 1n, cap: noBytes }
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'sec-websocket-protocol': 'oap.1',
  }
  const fromMs = performance.now()
  const others = await held(
    {
      ...endpoint(node.url),
      connections: count,
      first: httpRequest(node, 'GET', '/oap', null, upgrade),
      again: { bytes: masked(encodeFrame({ ...ids, flags: flag.REQ, payload })), everyMs },
    },
    null,
  )
  return {
    async ended() {
      const { open, lost } = await others.state()
      const rounds = Math.floor((performance.now() - fromMs) / everyMs)
      const { answered, refused } = await counted(node)
      others.end()
      const text =
        `${open.toLocaleString('en')} of ${count.toLocaleString('en')} open, ${lost} closed by the node, ` +
        `${answered.toLocaleString('en')} of their requests answered, ${refused} refused`
      const ok = open === count && lost === 0 && refused === 0
      return { ok: ok && answered >= answeredMin * count * rounds, text }
    },
  }
}

/** Nothing else reads objects over OAP. */
async function counted({ admin }: Server): Promise<{ readonly answered: number; readonly refused: number }> {
  const text = await (await fetch(`${admin}/metrics`)).text()
  const series = /^http_requests_total\{route="\/objects\/\*name",method="OAP",status="(\d+)".*\} (\d+)$/gm
  const sums = { answered: 0, refused: 0 }
  for (const [, status = '', count] of text.matchAll(series))
    sums[status === '200' ? 'answered' : 'refused'] += Number(count)
  return sums
}
