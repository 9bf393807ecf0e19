/**
 * Where this thread asks the kernel for what only it has. A question goes out as an event of the subscription that the
 * kernel holds, and its answer comes back as a call; so no key ever gets here, and a token only while a link uses it.
 */

import type { EventOf } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Meeting } from '@ron/kernel/identity/meeting'
import type { Clock } from '@ron/kernel/ports/clock'
import type { peers } from './contract.ts'

export type DeskEvent = EventOf<(typeof peers)['operations']['attend']>

/** The part of the kernel's subscription that asking needs. */
export interface Clerk {
  readonly signal: AbortSignal
  emit(event: DeskEvent): boolean
}

interface Open {
  readonly resolve: (text: string) => void
  readonly reject: (cause: Error) => void
  readonly stopWaiting: () => void
}

const patienceMs = 2_000
const openMax = 64

export class Desk {
  readonly #clock: Clock
  readonly #open = new Map<number, Open>()
  #clerk: Clerk | null = null
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The kernel is there. Resolves when it leaves. */
  attend(clerk: Clerk): Promise<void> {
    this.#clerk = clerk
    return new Promise((resolve) => {
      const left = () => {
        if (this.#clerk === clerk) this.#clerk = null
        resolve()
      }
      if (clerk.signal.aborted) left()
      else clerk.signal.addEventListener('abort', left, { once: true })
    })
  }

  /** The id of this node. All of these reject with a `Refusal`. */
  node(): Promise<string> {
    return this.#ask({ want: 'node' })
  }

  /** The signature of this node in base64. */
  proof({ side, other, dialNonce, answerNonce }: Omit<Meeting, 'signer'>): Promise<string> {
    return this.#ask({ want: 'proof', side, other, dial_nonce: dialNonce, answer_nonce: answerNonce })
  }

  /** The capability that a peer gave this node, as its file has it now. */
  token(peer: string): Promise<string> {
    return this.#ask({ want: 'token', peer })
  }

  /** Tells how long requests took. False when nobody takes it. */
  tell(peer: string, micros: number[]): boolean {
    return this.#clerk?.emit({ id: 0, want: 'nothing', peer, micros }) ?? false
  }

  /** One that nobody waits for any more is fine. */
  answered(id: number, answer: { readonly text: string } | { readonly because: string }): void {
    const open = this.#open.get(id)
    if (open === undefined) return
    this.#open.delete(id)
    open.stopWaiting()
    if ('text' in answer) open.resolve(answer.text)
    else open.reject(new Refusal('Unavailable', answer.because))
  }

  #ask(question: Omit<DeskEvent, 'id'>): Promise<string> {
    if (this.#open.size >= openMax) throw new Refusal('Busy', `${openMax} questions to the kernel are open`)
    const id = ++this.#lastId
    if (this.#clerk?.emit({ id, ...question }) !== true)
      throw new Refusal('Unavailable', 'the kernel does not take questions at the moment')
    return new Promise((resolve, reject) => {
      const stopWaiting = this.#clock.after(patienceMs, () =>
        this.answered(id, { because: `the kernel did not answer within ${patienceMs} ms` }),
      )
      this.#open.set(id, { resolve, reject, stopWaiting })
    })
  }
}
