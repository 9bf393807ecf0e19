/**
 * What every `Journal` engine must do. An engine's test calls `journalSuite` with a way to make a place that
 * outlives the journals opened on it; to open one again is what happens after a crash.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../contract/refusals.ts'
import type { Journal } from './journal.ts'

export interface JournalPlace {
  /** Opens the journal there, not replayed yet. Whoever had it open before has crashed. */
  open(): Promise<Journal>
  /** Frees what the place took. */
  close(): Promise<void>
}

export function journalSuite(name: string, placeFor: (bytesMax: number) => Promise<JournalPlace>): void {
  const at = async (bytesMax: number, body: (place: JournalPlace) => Promise<void>) => {
    const place = await placeFor(bytesMax)
    try {
      await body(place)
    } finally {
      await place.close()
    }
  }

  test(`${name}: a new journal has nothing to replay`, () =>
    at(1024, async (place) => {
      const { journal, records, torn } = await reopened(place)
      assert.deepEqual([records, torn, journal.bytes], [[], false, 0])
      assert.ok(journal.bytesMax > 0)
    }))

  test(`${name}: what was appended and settled is replayed after a crash, whole and in order`, () =>
    at(1 << 20, async (place) => {
      const { journal } = await reopened(place)
      const written = [1, 2, 3, 4, 5, 255, 256, 257, 70_000].map(counting)
      for (const record of written) journal.append(record, 0)
      await journal.settled()
      assert.deepEqual(await recordsOf(place), written)
      assert.deepEqual(await recordsOf(place), written, 'and again after another crash')
    }))

  test(`${name}: records go on behind those that were replayed`, () =>
    at(1024, async (place) => {
      for (const [n, record] of [counting(10), counting(20), counting(30)].entries()) {
        const { journal, records } = await reopened(place)
        assert.equal(records.length, n)
        journal.append(record, 0)
        await journal.settled()
      }
      assert.deepEqual(await recordsOf(place), [counting(10), counting(20), counting(30)])
    }))

  test(`${name}: the bytes are taken when the record is, and to overwrite those handed back changes nothing`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      const record = counting(10)
      journal.append(record, 0)
      record.fill(0)
      await journal.settled()
      const again = await place.open()
      await again.replay(() => ({ projection: null, apply: (replayed) => void replayed.fill(0) }))
      assert.deepEqual(await recordsOf(place), [counting(10)])
    }))

  test(`${name}: records of any length are replayed whole, short ones before and after long ones`, () =>
    at(2 ** 20, async (place) => {
      const { journal } = await reopened(place)
      const records = [10, 65_528, 10, 200_000, 10, 70_000, 300_000, 1].map(counting)
      for (const record of records) journal.append(record, 0)
      await journal.settled()
      assert.deepEqual(await recordsOf(place), records)
    }))

  test(`${name}: a journal is replayed once, before the first append or compaction`, () =>
    at(1024, async (place) => {
      const journal = await place.open()
      assert.throws(() => journal.append(counting(1), 0), /replayed before/)
      assert.throws(() => journal.compact([]), /replayed before/)
      await journal.replay(listing)
      await assert.rejects(journal.replay(listing), /replayed once/)
    }))

  test(`${name}: a record of no bytes is a mistake`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      assert.throws(() => journal.append(new Uint8Array(0), 0), RangeError)
    }))

  test(`${name}: a full journal refuses what does not fit, names limit and fix, and keeps all it has`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      const written = fill(journal, 50, 0)
      assert.throws(() => journal.append(counting(journal.bytesMax), 0), isFull)
      assert.ok(written > 5)
      assert.ok(journal.bytes <= journal.bytesMax)
      await journal.settled()
      assert.equal((await recordsOf(place)).length, written)
    }))

  test(`${name}: room that is to be spared is not given away, and there when it is asked for`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      const written = fill(journal, 50, 200)
      assert.ok(fill(journal, 50, 0) >= 3)
      await journal.settled()
      assert.ok((await recordsOf(place)).length >= written + 3)
    }))

  test(`${name}: compaction replaces everything, gives the room back and can be appended to`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      for (let round = 0; round < 5; round++) {
        fill(journal, 50, 0)
        const before = journal.bytes
        journal.compact([counting(7), counting(8)])
        assert.ok(journal.bytes < before)
      }
      journal.append(counting(9), 0)
      await journal.settled()
      const again = await reopened(place)
      assert.deepEqual(again.records, [counting(7), counting(8), counting(9)])
      again.journal.compact([])
      assert.equal(again.journal.bytes, 0)
      await again.journal.settled()
      assert.deepEqual(await recordsOf(place), [])
    }))

  test(`${name}: a snapshot that does not fit is refused, and so is one that fails: the old records stay`, () =>
    at(1024, async (place) => {
      const { journal } = await reopened(place)
      journal.append(counting(3), 0)
      assert.throws(() => journal.compact(endless()), isFull)
      assert.throws(
        () =>
          journal.compact(
            (function* () {
              yield counting(5)
              throw new Error('no snapshot today')
            })(),
          ),
        /no snapshot today/,
      )
      journal.append(counting(4), 0)
      await journal.settled()
      assert.deepEqual(await recordsOf(place), [counting(3), counting(4)])
    }))

  test(`${name}: through any history of appends, compactions and crashes, it holds what a list would`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 60 }), (deeds) =>
        at(2_000, async (place) => {
          let { journal } = await reopened(place)
          let expected: Uint8Array[] = []
          for (const { kind, size } of deeds) {
            if (kind === 'crash') {
              await journal.settled()
              const again = await reopened(place)
              assert.deepEqual(again.records, expected)
              journal = again.journal
            } else if (kind === 'compact') {
              expected = expected.filter((_, n) => n % 2 === size % 2)
              journal.compact(expected)
            } else if (fits(() => journal.append(counting(size), 0))) {
              expected.push(counting(size))
            }
          }
          await journal.settled()
          assert.deepEqual(await recordsOf(place), expected)
        }),
      ),
      { numRuns: 50 },
    ))
}

const deed = fc.record({
  kind: fc.constantFrom('append', 'append', 'append', 'compact', 'crash'),
  size: fc.integer({ min: 1, max: 300 }),
})

function listing() {
  const projection: Uint8Array[] = []
  return { projection, apply: (record: Uint8Array) => void projection.push(record.slice()) }
}

async function reopened(place: JournalPlace) {
  const journal = await place.open()
  const { projection: records, torn, records: count } = await journal.replay(listing)
  assert.equal(count, records.length)
  return { journal, records, torn }
}

async function recordsOf(place: JournalPlace): Promise<readonly Uint8Array[]> {
  return (await reopened(place)).records
}

/** Appends records of one size until the journal is full, and says how many there were. */
function fill(journal: Journal, size: number, spare: number): number {
  for (let written = 0; ; written++) if (!fits(() => journal.append(counting(size), spare))) return written
}

function fits(append: () => void): boolean {
  try {
    append()
    return true
  } catch (thrown) {
    assert.ok(isFull(thrown))
    return false
  }
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Refusal && thrown.code === 'Full' && /\d.*(raise|delete)/.test(thrown.message)
}

function* endless(): Generator<Uint8Array> {
  for (;;) yield counting(100)
}

function counting(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + size) % 251)
}
