/**
 * A small state that is recorded whole at every change, so that its last record says all there is. For what
 * operators set: a few kilobytes, a few times a day. It does not know what the text says.
 */

import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import { journaled, rebuild, type Journaled } from './journaled.ts'

/** The first byte of a record; the text in UTF-8 follows. */
const version = 1

export class Whole {
  readonly #journaled: Journaled
  #text: string | null = null

  /** Reads what the threads before this one recorded. */
  constructor(journal: Journal, log: Log) {
    rebuild(journal, log, (record) => {
      this.#text = read(record)
    })
    this.#journaled = journaled(journal, () => (this.#text === null ? [] : [written(this.#text)]))
  }

  /** What was recorded last, by whichever thread; null for nothing yet. */
  get text(): string | null {
    return this.#text
  }

  /** Throws a `Refusal` (Full) when it does not fit beside the last one, which then stays. */
  record(text: string): void {
    this.#journaled.record(written(text))
    this.#text = text
  }

  /** The answer, at once or as soon as what was recorded survives the end of this thread. */
  acknowledge<Answer>(answer: Answer): Answer | Promise<Answer> {
    const settled = this.#journaled.settled()
    return settled === null ? answer : settled.then(() => answer)
  }
}

function written(text: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(version), Buffer.from(text)])
}

function read(record: Uint8Array): string {
  if (record[0] !== version) {
    throw new Error(`the journal has a record of version ${record[0]}; this build reads version ${version}`)
  }
  return new TextDecoder().decode(record.subarray(1))
}
