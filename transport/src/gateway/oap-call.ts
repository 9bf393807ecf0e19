/** One request of an OAP connection while it is being answered: how it is given up, and its send window. */

import type { Caller } from '@ron/kernel/contract/contract'
import type { Refusal } from '@ron/kernel/contract/refusals'
import { SendWindow } from '../oap/reply.ts'
import { GivingUp } from './giving-up.ts'

export class OapCall {
  readonly subscription: boolean
  /** Known once the wall has let it in, and when that was. */
  caller: Caller | null = null
  admittedMs: number | null = null
  /** When the service was asked. */
  askedMs: number | null = null
  readonly signal = new GivingUp()
  readonly #window = new SendWindow()
  #wake: (() => void) | null = null

  constructor(subscription: boolean) {
    this.subscription = subscription
  }

  /** `because` is what the peer is told, where that is not the drain's or its own doing. */
  giveUp(because: Refusal | null = null): void {
    this.signal.abort(because)
    this.#wake?.()
  }

  /** Counts one frame, and says whether it asks to be acknowledged. */
  sent(): boolean {
    return this.#window.sent()
  }

  /** The peer consumed all up to a frame that asked. One more than asked changes nothing. */
  acknowledged(): void {
    this.#window.acknowledged()
    this.#wake?.()
  }

  /** Null while the peer has room for a frame, or the call is given up; else resolves when that is so. */
  room(): Promise<void> | null {
    return this.#window.full && !this.signal.aborted ? this.#emptied() : null
  }

  async #emptied(): Promise<void> {
    while (this.#window.full && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
