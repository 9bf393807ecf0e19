/**
 * Ends a thread of a running node from outside, by means the node does not offer: through the inspector of the
 * Node.js that runs it. It needs a node that was started with `inspected` in its environment.
 */

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import type { NodeProcess } from './node-process.ts'

/** Opens the inspector on any free port; the address is in what the node prints. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

/** Where its inspector listens. */
export function inspectorOf(node: NodeProcess): string {
  const address = /Debugger listening on (ws:\S+)/.exec(node.output())?.[1]
  if (address === undefined) throw new Error(`the node has no inspector\n${node.output()}`)
  return address
}

interface Said {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly sessionId: string; readonly workerInfo?: { readonly title: string } }
}

/**
 * Runs a line of JavaScript in the thread of a service, and in its spare, which from here looks the same. What it
 * answers is lost, like the threads perhaps.
 */
export async function runInThread(node: NodeProcess, service: string, line: string): Promise<void> {
  const socket = new WebSocket(inspectorOf(node))
  const sessions: string[] = []
  let allAttached = false
  socket.on('message', (data: Buffer) => {
    const { id, method, params }: Said = JSON.parse(data.toString())
    // The threads there are have been told of by the time that this is answered.
    if (id === 1) allAttached = true
    const title = params?.workerInfo?.title
    if (method !== 'NodeWorker.attachedToWorker' || params === undefined || title === undefined) return
    if (title.replace(/^\[worker \d+\] /, '') === service) sessions.push(params.sessionId)
  })
  const say = (id: number, method: string, params: object) =>
    socket.send(JSON.stringify({ id, method, params }))
  try {
    await once(socket, 'open')
    say(1, 'NodeWorker.enable', { waitForDebuggerOnStart: false })
    await eventually(`the threads of ${service}`, async () => allAttached && sessions.length > 0)
    // Between two turns: a spare that is cut off amid the loading of its code takes the whole process along.
    const expression = `setImmediate(() => { ${line} })`
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } })
    for (const [at, sessionId] of sessions.entries()) {
      say(2 + at, 'NodeWorker.sendMessageToWorker', { sessionId, message })
    }
  } finally {
    socket.close()
    await once(socket, 'close')
  }
}

interface Status {
  readonly services: readonly {
    readonly name: string
    readonly ready: boolean
    readonly restart_count: number
  }[]
}

/** Ends the thread of a service with a line of JavaScript and waits until another one is ready. */
export async function restartThread(node: NodeProcess, service: string, line: string): Promise<void> {
  const status = async () => {
    const reply = await asker({ url: node.admin, token: node.token })('GET /api/v1/status')
    return reply.json<Status>().services.find(({ name }) => name === service)
  }
  const before = (await status())?.restart_count ?? 0
  await runInThread(node, service, line)
  await eventually(`${service} to be ready again`, async () => {
    const now = await status()
    return now !== undefined && now.restart_count > before && now.ready
  })
}
