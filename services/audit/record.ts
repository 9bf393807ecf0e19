/**
 * What is in the log: an act as JSON, chained to the entry before it; and what is in the journal: the entries
 * that were appended together, in one record, so that all of them are there or none.
 *
 *     appended = number of acts after it, count, then each entry
 */

import type { RequestOf } from '@ron/kernel/contract/contract'
import { chained } from '@ron/kernel/tlog/chain'
import { RecordReader, unknownKind } from '../record-reader.ts'
import { RecordWriter } from '../record-writer.ts'
import type { audit } from './contract.ts'

export type Act = RequestOf<(typeof audit)['operations']['append']>['acts'][number]

export interface Appended {
  /** How many acts of the sender are recorded with these. */
  readonly number: number
  readonly entries: readonly Uint8Array[]
}

const appendedKind = 1

/** The entry with this number; `before` is the leaf hash of the one before it. */
export function entryOf(seq: number, before: Uint8Array, act: Act): Uint8Array {
  const { at_ms: atMs, kind, outcome, subject, tenant, trace_id, verb, target, rule, code, count } = act
  const at = new Date(atMs).toISOString()
  return chained(seq, before, {
    at,
    kind,
    outcome,
    verb,
    target,
    code,
    rule,
    subject,
    tenant,
    trace_id,
    count,
  })
}

export class AppendedRecords {
  readonly #writer = new RecordWriter()
  readonly #reader = new RecordReader()

  /** The bytes are valid until the next call. */
  encode({ number, entries }: Appended): Uint8Array {
    const writer = this.#writer
    writer.begin(appendedKind)
    writer.count(number)
    writer.count(entries.length)
    for (const entry of entries) writer.bytes(entry)
    return writer.end()
  }

  /** Throws for what `encode` did not write. */
  decode(record: Uint8Array): Appended {
    const reader = this.#reader
    const kind = reader.begin(record)
    if (kind !== appendedKind) throw unknownKind(kind)
    const number = reader.count()
    const entries = Array.from({ length: reader.count() }, () => reader.bytes())
    reader.end()
    return { number, entries }
  }
}
