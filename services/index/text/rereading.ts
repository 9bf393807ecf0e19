/**
 * After a restart every document is there at once, and its words are not: reading them again takes a hundred
 * times as long as remembering the text. This reads a little at a time, so that the graph, and documents by
 * their id, are answered meanwhile; what needs the words is refused until it is done. A search that missed
 * what was acknowledged would be a wrong answer.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Tenants } from '../tenants.ts'
import type { TextIndex } from './text-index.ts'

/** Text read before others get their turn, some ten milliseconds of work. */
export const BYTES_PER_TURN = 64 * 1024

export class Rereading {
  readonly #texts: Tenants<TextIndex>
  #done = false

  constructor(texts: Tenants<TextIndex>) {
    this.#texts = texts
  }

  get done(): boolean {
    return this.#done
  }

  /** Resolves when every document has been read. Waits for `pause` after each turn. */
  async run(pause: () => Promise<void>): Promise<void> {
    for (const [tenant] of this.#texts) {
      const read = () =>
        this.#texts.use(tenant, (text) => {
          text.read(BYTES_PER_TURN)
          return text.unread === 0
        })
      while (!read()) await pause()
    }
    this.#done = true
  }

  /** Throws a `Refusal` (Unavailable) until `run` is done. */
  ensureDone(): void {
    if (this.#done) return
    let left = 0
    for (const [, { unread }] of this.#texts) left += unread
    throw new Refusal(
      'Unavailable',
      `the index has restarted and reads its documents again, ${left} to go; try again shortly`,
    )
  }
}
