/**
 * One connection to a node: HELLO, then calls side by side, each under its own `corr_id`. A call holds its
 * place until its RESP, or the answer to its CANCEL, since the node counts it until then. When the connection
 * ends, every call fails.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { Answers, type AnswerEffect } from '@ron/transport/oap/answers'
import { cancelFrame } from '@ron/transport/oap/control'
import type { Frame } from '@ron/transport/oap/frame'
import type { PeerLimits } from '@ron/transport/oap/hello'
import { encodeMessage, framesOf, type Message, type MessageHead } from '@ron/transport/oap/message'
import { acknowledgement } from '@ron/transport/oap/reply'
import { isRefusalStatus } from '@ron/transport/oap/status'
import type { Assembled } from '@ron/transport/oap/streams'
import { onAbort } from './abort.ts'
import type { Answer, Fields } from './carrier.ts'
import { ConnectionError, ProtocolError } from './error.ts'
import { EventQueue } from './event-queue.ts'
import { FrameLink } from './frame-link.ts'
import { answerIn, refusalIn } from './oap-answer.ts'
import { Greeting, type Sessions, type Step } from './sessions.ts'
import type { OpenSocket } from './socket.ts'
import type { System } from './system.ts'
import { Turns } from './turns.ts'

/** How long the node may take to let the connection open and answer HELLO, and to answer CANCEL. */
const patienceMs = 5_000
const waitingMax = 4_096
/** 0 is HELLO's. */
const firstId = 1n

export type CallHead = Omit<MessageHead, 'corrId'>

interface OpenCall {
  answered(answer: Answer): void
  failed(cause: unknown): void
  event(fields: Fields, taken: () => void): void
}

/** What arrives for a call that was given up. */
const givenUp: OpenCall = { answered: () => {}, failed: () => {}, event: () => {} }

interface Cancel {
  /** The call that was given up. */
  readonly target: bigint
  readonly stopWaiting: () => void
}

interface Peer {
  readonly limits: PeerLimits
  readonly answers: Answers
}

export class Session {
  readonly #link: FrameLink
  readonly #system: System
  readonly #turns = new Turns(waitingMax)
  readonly #calls = new Map<bigint, OpenCall>()
  /** CANCELs that are not answered yet. */
  readonly #cancels = new Map<bigint, Cancel>()
  readonly #greeting: Greeting
  readonly #greeted: () => void
  #peer: Peer | null = null
  #nextId = firstId
  #ended = false

  /** `ended` is called once, when the connection is of no more use. `sessions` is null for one that stays in the clear. */
  constructor(
    url: string,
    open: OpenSocket,
    system: System,
    sessions: Sessions | null,
    ended: (because: Error) => void,
  ) {
    this.#system = system
    this.#greeting = new Greeting(sessions)
    this.#greeted = this.#expect('HELLO')
    this.#link = new FrameLink(url, open, {
      connecting: () => this.#hello(),
      opened: () => this.#begin(),
      frame: (frame) => this.#receive(frame),
      ended: (because) => {
        ended(because)
        this.#failAll(because)
      },
    })
  }

  async call(head: CallHead, message: Message, signal: AbortSignal): Promise<Answer> {
    const peer = await this.#turn(signal)
    return new Promise((resolve, reject) => {
      const giveUp = this.#send(peer, head, message, {
        answered(answer) {
          release()
          resolve(answer)
        },
        failed(cause) {
          release()
          reject(cause)
        },
        event: (_, taken) => taken(),
      })
      const release = onAbort(signal, () => {
        giveUp()
        reject(signal.reason)
      })
    })
  }

  async subscribe(head: CallHead, message: Message, signal: AbortSignal): Promise<AsyncGenerator<Fields>> {
    const peer = await this.#turn(signal)
    const queue = new EventQueue()
    const giveUp = this.#send(peer, head, message, {
      answered: () => queue.end(),
      failed: (cause) => queue.end(cause),
      event(fields, taken) {
        if (queue.push(fields, taken)) return
        queue.end(new ProtocolError('the node sent more events than its window allows'))
        giveUp()
      },
    })
    const release = onAbort(signal, () => {
      queue.end(signal.reason)
      giveUp()
    })
    return eventsOf(queue, signal, () => {
      release()
      giveUp()
    })
  }

  end(because: Error): void {
    this.#link.end(because)
  }

  /** Resolves when one more call may be open. */
  async #turn(signal: AbortSignal): Promise<Peer> {
    await this.#turns.take(signal)
    // Places are given after HELLO and taken away with the connection, but this line runs a moment later.
    if (!signal.aborted && this.#peer !== null) return this.#peer
    this.#turns.give()
    signal.throwIfAborted()
    throw new ConnectionError('the connection closed before the call was sent', { untouched: true })
  }

  /** Sends one request; the returned function gives it up. Throws a RangeError for fields that OAP/1 cannot carry. */
  #send({ limits, answers }: Peer, head: CallHead, message: Message, call: OpenCall): () => void {
    const corrId = this.#nextId++
    answers.expect(corrId)
    this.#calls.set(corrId, call)
    try {
      const frames = [...framesOf({ ...head, corrId }, encodeMessage(message), limits)]
      for (const frame of frames) this.#link.send(frame)
    } catch (cause) {
      this.#forget(corrId)
      throw cause instanceof Refusal ? new RangeError(cause.message, { cause }) : cause
    }
    return () => this.#giveUp(corrId)
  }

  #giveUp(corrId: bigint): void {
    const call = this.#calls.get(corrId)
    if (call === undefined || call === givenUp) return
    this.#calls.set(corrId, givenUp)
    const cancelId = this.#nextId++
    this.#cancels.set(cancelId, { target: corrId, stopWaiting: this.#expect('CANCEL') })
    this.#link.send(cancelFrame(corrId, cancelId))
  }

  /** A peer that vanished without a word is noticed when it owes an answer that costs it nothing. */
  #expect(what: 'HELLO' | 'CANCEL'): () => void {
    return this.#system.after(patienceMs, () => {
      const untouched = what === 'HELLO'
      this.end(new ConnectionError(`the node did not answer ${what} within ${patienceMs} ms`, { untouched }))
    })
  }

  #receive(frame: Frame): void {
    if (this.#peer === null) return this.#greet(frame)
    const effects = this.#peer.answers.frame(frame)
    const asked = effects.find((effect) => effect.kind === 'acknowledge')
    const acknowledge = () => {
      if (asked !== undefined) this.#link.send(acknowledgement(asked.to))
    }
    for (const effect of effects) this.#carryOut(effect, acknowledge)
    // An event is consumed when it is taken; everything else by having been read.
    if (!effects.some((effect) => effect.kind === 'event')) acknowledge()
  }

  #begin(): void {
    const hello = this.#hello()
    if (hello !== null) this.#link.send(hello)
  }

  /** Null when there is none to be had, which ends the connection. */
  #hello(): Frame | null {
    try {
      return this.#greeting.hello()
    } catch (cause) {
      this.end(asError(cause))
      return null
    }
  }

  #greet(frame: Frame): void {
    try {
      const step = this.#greeting.answered(frame)
      if (!(step instanceof Promise)) return this.#go(step)
      void step.then(
        (step) => this.#go(step),
        (cause: unknown) => this.end(asError(cause)),
      )
    } catch (cause) {
      this.end(asError(cause))
    }
  }

  #go(step: Step): void {
    if (this.#ended) return
    if (step.kind === 'again') return this.#link.send(step.hello)
    const { limits, session } = step
    if (session !== null) this.#link.seal(session)
    this.#greeted()
    this.#peer = { limits, answers: new Answers(limits.inFlightMax) }
    // One place is kept for CANCEL, which a node may count as well.
    this.#turns.give(Math.max(1, limits.inFlightMax - 1))
  }

  #carryOut(effect: AnswerEffect, acknowledge: () => void): void {
    switch (effect.kind) {
      case 'answer':
        return settle(this.#over(effect.corrId), effect.message)
      case 'broken':
        return this.#over(effect.corrId).failed(new ProtocolError(`the node broke off: ${effect.reason}`))
      case 'event':
        return this.#event(effect.corrId, effect.message, acknowledge)
      case 'stray':
        return this.#cancelled(effect.frame.corrId)
      case 'acknowledge':
      case 'acknowledged':
    }
  }

  #event(corrId: bigint, message: Assembled, taken: () => void): void {
    const call = this.#calls.get(corrId) ?? givenUp
    try {
      call.event(answerIn(message).fields, taken)
    } catch (cause) {
      this.#giveUp(corrId)
      call.failed(cause)
    }
  }

  /** The call has its RESP, so its place is free. */
  #over(corrId: bigint): OpenCall {
    const call = this.#calls.get(corrId) ?? givenUp
    this.#calls.delete(corrId)
    this.#turns.give()
    return call
  }

  /** The node has stopped the call; what it still sends of it is stray. */
  #cancelled(cancelId: bigint): void {
    const cancel = this.#cancels.get(cancelId)
    if (cancel === undefined) return
    cancel.stopWaiting()
    this.#cancels.delete(cancelId)
    if (this.#calls.has(cancel.target)) this.#forget(cancel.target)
  }

  #forget(corrId: bigint): void {
    this.#peer?.answers.forget(corrId)
    this.#over(corrId)
  }

  #failAll(because: Error): void {
    this.#ended = true
    this.#greeted()
    this.#peer = null
    for (const { stopWaiting } of this.#cancels.values()) stopWaiting()
    this.#cancels.clear()
    this.#turns.end(because)
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    for (const call of calls) call.failed(because)
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new ProtocolError(String(thrown))
}

async function* eventsOf(queue: EventQueue, signal: AbortSignal, over: () => void): AsyncGenerator<Fields> {
  try {
    for await (const fields of queue.drain()) {
      signal.throwIfAborted()
      yield fields
    }
  } finally {
    over()
  }
}

function settle(call: OpenCall, message: Assembled): void {
  if (isRefusalStatus(message.head.code)) return call.failed(refusalIn(message))
  try {
    call.answered(answerIn(message))
  } catch (cause) {
    call.failed(cause)
  }
}
