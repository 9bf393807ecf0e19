/**
 * A small state that is recorded whole at every change, so that its last record says all there is. For what
 * operators set: a few kilobytes, a few times a day. It does not know what the text says.
 */

import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import { journaled, rebuild, type Journaled } from './journaled.ts'
import { RecordReader, unknownKind } from './record-reader.ts'
import { RecordWriter } from './record-writer.ts'

/** The only kind of record there is: the text. */
const wholeKind = 1

export class Whole {
  readonly #journaled: Journaled
  #text: string | null

  /** Reads what the threads before this one recorded. */
  static async open(journal: Journal, log: Log): Promise<Whole> {
    const last = await rebuild(journal, log, () => {
      const projection: { text: string | null } = { text: null }
      return { projection, apply: (record) => void (projection.text = read(record)) }
    })
    return new Whole(journal, last.text)
  }

  private constructor(journal: Journal, text: string | null) {
    this.#text = text
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

  acknowledge<Answer>(answer: Answer): Answer | Promise<Answer> {
    return this.#journaled.acknowledge(answer)
  }
}

function written(text: string): Uint8Array {
  const writer = new RecordWriter()
  writer.begin(wholeKind)
  writer.text(text)
  return writer.end()
}

function read(record: Uint8Array): string {
  const reader = new RecordReader()
  const kind = reader.begin(record)
  if (kind !== wholeKind) throw unknownKind(kind)
  const text = reader.text()
  reader.end()
  return text
}
