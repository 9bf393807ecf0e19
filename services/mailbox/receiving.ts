/** How a receiver gets what is ready, or waits for it: the same for messages as JSON, as bytes and packed. */

import type { Call } from '@ron/kernel/contract/contract'
import type { Journaled } from '../journaled.ts'
import type { mailbox } from './contract.ts'
import type { Depot } from './queues/depot.ts'
import type { Exchange } from './queues/exchange.ts'
import type { Waiters } from './queues/waiters.ts'

export interface ReceiveParts {
  readonly exchange: Exchange
  readonly depot: Depot
  readonly waiters: Waiters
  readonly acknowledge: Journaled['acknowledge']
  /** A lease's length when the receiver does not say. */
  readonly visibilityMs: number
}

interface Patience {
  readonly topic: string
  readonly visibility_ms?: number
  readonly wait_ms?: number
}

interface Most {
  readonly max_messages?: number
  readonly max_bytes?: number
}

type ReceiveCall = Pick<Call<(typeof mailbox)['operations']['recv']>, 'caller' | 'refuse' | 'signal'>

const defaults = { messagesMax: 32, bytesMax: 524_288 }

/**
 * Answers what `shape` makes of the slots that were leased, or null when there are none. They are put in their
 * shape at the moment they are leased; later somebody may have acknowledged them.
 */
export function receiver({ exchange, waiters, acknowledge, visibilityMs }: ReceiveParts) {
  return async function receive<Shape>(
    { topic, visibility_ms, wait_ms: waitMs = 0 }: Patience,
    { max_messages: messagesMax = defaults.messagesMax, max_bytes: bytesMax = defaults.bytesMax }: Most,
    call: ReceiveCall,
    shape: (slots: readonly number[]) => Shape,
  ): Promise<Shape | null> {
    const { tenant } = call.caller
    const wish = { tenant, topic, visibilityMs: visibility_ms ?? visibilityMs, messagesMax, bytesMax }
    const attempt = () => {
      const slots = exchange.receive(wish, call)
      return slots.length === 0 ? null : shape(slots)
    }
    const now = attempt()
    if (now !== null || waitMs === 0) return acknowledge(now)
    return acknowledge(await waiters.wait(lineOf(tenant, topic), attempt, waitMs, call))
  }
}

/** The name of the line in which receivers of a topic wait. */
export function lineOf(tenant: string, topic: string): string {
  return `${tenant} ${topic}`
}
