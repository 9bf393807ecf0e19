/**
 * Forwards one topic to one peer. The topic itself is the store: a message is leased from it, sent, and acknowledged
 * here when the peer has said that it has it. What happens in between happens again with the same key, by which the
 * peer knows it, so a message arrives at least once and is one message there.
 *
 * Nothing is leased while the link is down. What was leased before is kept in hand, so an outage costs each of those
 * few messages one delivery and not one a try.
 */

import type { Client, ResponseOf } from '@ron/kernel/contract/contract'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { mailbox } from '../mailbox/contract.ts'
import type { Forward } from './forwards.ts'
import type { Link } from './link.ts'
import { isAnswer, laterMs, type Letter } from './remote.ts'
import { pause } from './waiting.ts'

type Taken = ResponseOf<(typeof mailbox)['operations']['recvBytes']>

export interface ForwarderParts {
  readonly link: Link
  readonly mailbox: Client<typeof mailbox>
  readonly clock: Clock
  readonly log: Log
  readonly windowMax: number
  readonly leaseMs: number
}

/** How long the mailbox is asked to wait for a message. */
const waitMs = 10_000
/** When the mailbox does not answer. */
const againMs = 200
/** Of a lease that is left when a message is put down. */
const lateShare = 0.9
const reasonMax = 256

export class Forwarder {
  readonly forward: Forward
  readonly #parts: ForwarderParts
  readonly #stop = new AbortController()
  sent = 0
  repeated = 0
  failed = 0

  constructor(forward: Forward, parts: ForwarderParts) {
    this.forward = forward
    this.#parts = parts
    for (let worker = 0; worker < parts.windowMax; worker++) void this.#work()
  }

  /** Takes no further message; what is on its way may still arrive. */
  stop(): void {
    this.#stop.abort()
  }

  async #work(): Promise<void> {
    const { link, clock, log } = this.#parts
    const { signal } = this.#stop
    while (!signal.aborted) {
      await link.ready(signal)
      if (signal.aborted) return
      try {
        const taken = await this.#take()
        if (taken.outcome === 'message') await this.#deliver(taken)
      } catch (thrown) {
        if (signal.aborted) return
        log.debug('forwarding has to wait', { topic: this.forward.topic, because: String(thrown) })
        await pause(clock, againMs, signal)
      }
    }
  }

  #take(): Promise<Taken> {
    const { mailbox, leaseMs } = this.#parts
    const request = { topic: this.forward.topic, wait_ms: waitMs, visibility_ms: leaseMs }
    return mailbox.recvBytes(request, { caller: this.#caller(), signal: this.#stop.signal })
  }

  /** Until the peer has it, it is given back, or its lease is about to end and it will be taken anew. */
  async #deliver(taken: Taken): Promise<void> {
    const { clock, leaseMs } = this.#parts
    const { signal } = this.#stop
    const late = new AbortController()
    const cancel = clock.after(leaseMs * lateShare, () => late.abort())
    const over = AbortSignal.any([signal, late.signal])
    try {
      const repeated = await this.#send(taken, over)
      if (repeated === null) return
      await this.#done(taken)
      this.sent++
      if (repeated) this.repeated++
    } finally {
      cancel()
    }
  }

  /** Whether the peer had it before; null when it was not to be had in time, or would not take it. */
  async #send(taken: Taken, over: AbortSignal): Promise<boolean | null> {
    const { link, clock } = this.#parts
    const letter = this.#letter(taken)
    while (!over.aborted) {
      try {
        return await link.use((remote) => remote.send(letter))
      } catch (thrown) {
        const waitMs = laterMs(thrown)
        if (isAnswer(thrown) && waitMs === null) {
          await this.#giveBack(taken, thrown.message)
          return null
        }
        await pause(clock, waitMs ?? againMs, over)
      }
      await link.ready(over)
    }
    return null
  }

  /** No two messages of any nodes have one id, so it is the key as well. */
  #letter({ msg_id = '', attrs = {}, body }: Taken): Letter {
    return { topic: this.forward.to, idemKey: msg_id, payload: body, attrs }
  }

  async #done({ msg_id = '', lease }: Taken): Promise<void> {
    const receipt = { msg_id, ...(lease === undefined ? {} : { lease }) }
    await this.#parts.mailbox.ack(receipt, { caller: this.#caller() })
  }

  async #giveBack({ msg_id = '', lease }: Taken, because: string): Promise<void> {
    this.failed++
    const reason = because.slice(0, reasonMax)
    const receipt = { msg_id, reason, ...(lease === undefined ? {} : { lease }) }
    await this.#parts.mailbox.nack(receipt, { caller: this.#caller() })
  }

  #caller() {
    const { subject, tenant } = this.forward
    return { subject, tenant, traceId: '0'.repeat(32) }
  }
}
