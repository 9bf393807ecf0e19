/**
 * How long a revoked token goes on working: from the moment the operator asks until a request by it is refused, and
 * until a subscription by it has ended. On a whole macronode, each time with a token that was used before.
 */

import { NodeError, SDK, tokensOf } from '@ron/app-sdk'
import { startNode, type Server } from '../child.ts'
import { until } from '../until.ts'

export interface Effects {
  /** Milliseconds until a request is refused. */
  readonly requestMs: readonly number[]
  /** Milliseconds until a subscription has ended. */
  readonly subscriptionMs: readonly number[]
}

export async function revocationEffects(trials: number): Promise<Effects> {
  const node = await startNode(['node.audit=true', 'overlay.tarpit_after=0'])
  try {
    const tokens = tokensOf(new SDK({ baseUrl: node.admin, cap: node.token }))
    const [requestMs, subscriptionMs]: [number[], number[]] = [[], []]
    for (let trial = 0; trial < trials; trial++) {
      const { token } = await tokens.mint(['verbs = objects.read,mailbox.*'], { ttlMs: 3_600_000 })
      if (await isRefused(node, token)) throw new Error('a token that was just minted is refused')
      const { over } = await subscription(node, token)
      const from = performance.now()
      const ended = over.then(() => performance.now() - from)
      await tokens.revoke({ token })
      await until(
        'a token that was revoked is refused',
        async () => (await isRefused(node, token)) || undefined,
      )
      requestMs.push(performance.now() - from)
      subscriptionMs.push(await ended)
    }
    return { requestMs, subscriptionMs }
  } finally {
    await node.stop()
  }
}

async function isRefused({ url }: Server, cap: string): Promise<boolean> {
  try {
    await new SDK({ baseUrl: url, cap }).get('/objects/none')
    return false
  } catch (thrown) {
    if (thrown instanceof NodeError && thrown.status !== 404) return thrown.status === 401
    if (thrown instanceof NodeError) return false
    throw thrown
  }
}

/** Resolves when it is under way, with what resolves when it has ended. */
async function subscription({ url }: Server, token: string): Promise<{ readonly over: Promise<unknown> }> {
  const response = await fetch(`${url}/v1/mailbox/subscribe?topic=t`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!response.ok) throw new Error(`a subscription was answered with ${response.status}`)
  return { over: response.arrayBuffer() }
}
