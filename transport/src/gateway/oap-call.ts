/** One request of an OAP connection while it is being answered: how it is given up, and its send window. */

import type { Caller } from '@ron/kernel/contract/contract'
import { SendWindow } from '../oap/reply.ts'
import { GivingUp } from './giving-up.ts'

export class OapCall {
  readonly subscription: boolean
  /** Known once the wall has let it in. */
  caller: Caller | null = null
  readonly signal = new GivingUp()
  readonly #window = new SendWindow()
  #wake: (() => void) | null = null

  constructor(subscription: boolean) {
    this.subscription = subscription
  }

  giveUp(): void {
    this.signal.abort()
    this.#wake?.()
  }

  /** Counts one frame sent with ACK_REQ. */
  sent(): void {
    this.#window.sent()
  }

  /** The peer consumed a frame. One more than was sent changes nothing. */
  acknowledged(): void {
    this.#window.acknowledged()
    this.#wake?.()
  }

  /** Resolves while the peer has room for a frame to acknowledge, or when the call is given up. */
  async room(): Promise<void> {
    while (this.#window.full && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
