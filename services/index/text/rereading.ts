/**
 * After a restart every document is there at once, and its words may not be: reading them again takes a hundred
 * times as long as remembering the text. A thread that waits to take over reads when it has nothing else to do;
 * what is left is read a little at a time, so that the graph, and documents by their id, are answered meanwhile;
 * what needs the words is refused until it is done. A search that missed what was acknowledged would be a wrong
 * answer.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Tenants } from '../tenants.ts'
import type { TextIndex } from './text-index.ts'

/** Text read before others get their turn, some five milliseconds of work. */
export const BYTES_PER_TURN = 64 * 1024

/** Reads for one turn. Says whether there is more to read. */
export function readSome(texts: Tenants<TextIndex>): boolean {
  let left = BYTES_PER_TURN
  for (const [tenant, { unread }] of texts) {
    if (unread === 0) continue
    if (left <= 0) return true
    const more = texts.use(tenant, (text) => {
      left -= text.read(left)
      return text.unread > 0
    })
    if (more) return true
  }
  return false
}

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
    while (readSome(this.#texts)) await pause()
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
