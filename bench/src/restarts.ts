/**
 * How long a service is gone when its thread dies, from the failure to the answer: of an empty one, and of those
 * with a journal to replay. What the kernel measures is read from the status, as an operator would.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { startNode, type Server } from './child.ts'
import { fillings } from './filled.ts'
import { until } from './until.ts'

/** Long enough for a thread to have proven itself, and for its spare to have read the journal. */
const restMs = 1_500
const lookMs = 5

export interface Restarts {
  readonly name: string
  readonly downMs: readonly number[]
  /** Whether what was there before the kills is there after them. */
  readonly kept: boolean
}

interface ServiceView {
  readonly name: string
  readonly ready: boolean
  readonly restart_count: number
  readonly last_failure: { readonly down_ms: number | null } | null
}

/** On a node of its own, with so many records in each service that keeps some, so many times each. */
export async function restartTimes({
  records,
  kills,
}: {
  readonly records: number
  readonly kills: number
}): Promise<readonly Restarts[]> {
  const node = await startNode()
  try {
    const found = [{ name: 'empty service', downMs: await killed(node, 'overlay', kills), kept: true }]
    for (const { service, name, fill, kept } of fillings(records)) {
      await fill(node)
      const downMs = await killed(node, service, kills)
      found.push({ name, downMs, kept: await kept(node) })
    }
    return found
  } finally {
    await node.stop()
  }
}

async function killed(node: Server, service: string, kills: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    await pause(restMs)
    const { restart_count: before } = await viewOf(node, service)
    const response = await fetch(`${node.admin}/api/v1/services/${service}/kill`, {
      method: 'POST',
      headers: { authorization: `Bearer ${node.token}` },
      body: '{"how":"throw"}',
    })
    if (!response.ok)
      throw new Error(`the kill was answered with ${response.status}: ${await response.text()}`)
    times.push(await backAfter(node, service, before))
  }
  return times
}

function backAfter(node: Server, service: string, restarts: number): Promise<number> {
  const back = async () => {
    const { ready, restart_count: now, last_failure: failure } = await viewOf(node, service)
    return ready && now > restarts ? (failure?.down_ms ?? undefined) : undefined
  }
  return until(`${service} is back`, back, lookMs)
}

async function viewOf({ admin }: Server, service: string): Promise<ServiceView> {
  const text = await (await fetch(`${admin}/api/v1/status`)).text()
  const { services }: { readonly services: readonly ServiceView[] } = JSON.parse(text)
  const found = services.find(({ name }) => name === service)
  if (found === undefined) throw new Error(`there is no service ${service}`)
  return found
}
