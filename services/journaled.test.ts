import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Journal } from '@ron/kernel/ports/journal'
import { journaled, rebuild, type Journaled } from './journaled.ts'
import { journalPlace, opened, refusal, system } from './testing.ts'

/** A service that holds words under keys, and nothing else. */
class Words {
  readonly #held: Map<string, string>
  readonly #journal: Journal
  readonly #journaled: Journaled
  /** Words copied by compactions. */
  copied = 0

  static async open(journal: Journal): Promise<Words> {
    const held = await rebuild(journal, system.log, () => {
      const projection = new Map<string, string>()
      const snapshot = () => [...projection].map(encoded)
      return { projection, apply: (record) => apply(record, projection), snapshot }
    })
    return new Words(journal, held)
  }

  private constructor(journal: Journal, held: Map<string, string>) {
    this.#held = held
    this.#journal = journal
    this.#journaled = journaled(journal, () => this.#snapshot())
  }

  set(key: string, word: string): void {
    const record = encoded([key, word])
    this.#journaled.record(record)
    apply(record, this.#held)
  }

  /** Puts more behind the word, so that a record applied twice is not the same as once. */
  lengthen(key: string, more: string): void {
    const record = encoded([key, more, 'behind'])
    this.#journaled.record(record)
    apply(record, this.#held)
  }

  delete(key: string): void {
    const record = encoded([key])
    this.#journaled.release(record, encoded([key, this.#held.get(key) ?? '']).length)
    apply(record, this.#held)
  }

  compact(): void {
    this.#journal.compact(this.#snapshot())
  }

  get held(): object {
    return Object.fromEntries(this.#held)
  }

  *#snapshot(): Generator<Uint8Array> {
    for (const entry of this.#held) {
      this.copied++
      yield encoded(entry)
    }
  }
}

function apply(record: Uint8Array, held: Map<string, string>): void {
  const [key = '', word, behind] = decoded(record)
  if (word === undefined) held.delete(key)
  else held.set(key, behind === undefined ? word : (held.get(key) ?? '') + word)
}

const encoded = (entry: readonly string[]) => new TextEncoder().encode(JSON.stringify(entry))
const decoded = (record: Uint8Array): string[] => JSON.parse(new TextDecoder().decode(record))
const isFull = refusal('Full', /bytes of the journal are used .*; delete something, or raise/)

/** Sets new keys until the journal is full, and says how many there are. */
function fill(words: Words, word: string): number {
  for (let n = 0; ; n++) {
    try {
      words.set(`key ${n}`, word)
    } catch (thrown) {
      assert.ok(isFull(thrown))
      return n
    }
  }
}

test('what was recorded is held again by the next thread', async () => {
  const place = journalPlace()
  const words = await Words.open(place.open())
  words.set('a', 'one')
  words.set('b', 'two')
  words.delete('a')
  assert.deepEqual((await Words.open(place.open())).held, { b: 'two' })
})

test('a journal full of what was replaced is compacted and goes on, at a bounded price', async () => {
  const place = journalPlace(4_096)
  const words = await Words.open(place.open())
  for (let n = 0; n < 10_000; n++) words.set(`key ${n % 10}`, `word ${n}`)
  assert.equal(Object.keys(words.held).length, 10)
  assert.ok(words.copied < 10_000, `${words.copied} words copied for 10 000 set`)
  assert.deepEqual((await Words.open(place.open())).held, words.held)
})

test('a journal full of what is held refuses, copies no more than it must, and loses nothing', async () => {
  const place = journalPlace(64_000)
  const words = await Words.open(place.open())
  const count = fill(words, 'x'.repeat(20))
  const { copied } = words
  const again = 10 * count
  for (let n = 0; n < again; n++) assert.throws(() => words.set(`more ${n}`, 'x'.repeat(20)), isFull)
  assert.ok(words.copied - copied <= 9 * again, `${words.copied - copied} words copied for ${again} refused`)
  assert.equal(Object.keys(words.held).length, count)
  assert.deepEqual((await Words.open(place.open())).held, words.held)
})

test('a full journal still records deletions, all of them, and then has room', async () => {
  const place = journalPlace(8_192)
  const words = await Words.open(place.open())
  const count = fill(words, 'x')
  for (let n = 0; n < count; n++) words.delete(`key ${n}`)
  const next = await Words.open(place.open())
  assert.deepEqual(next.held, {})
  assert.equal(fill(next, 'x'), count)
})

test('a full journal takes something again as soon as enough was deleted, however short the records of that', async () => {
  const words = await Words.open(journalPlace(64_000).open())
  const word = 'x'.repeat(2_000)
  fill(words, word)
  for (let n = 0; n < 5; n++) words.delete(`key ${n}`)
  for (let n = 0; n < 5; n++) words.set(`key ${n}`, word)
  assert.throws(() => words.set('one too many', word), isFull)
})

test('a journal that is full when its service is restarted is compacted as soon as it is asked', async () => {
  const place = journalPlace(4_096)
  const full = await opened(place)
  for (let used = -1; used !== full.bytes;) {
    used = full.bytes
    if (used < 4_000) full.append(encoded(['a', 'x'.repeat(40)]), 0)
  }
  const words = await Words.open(place.open())
  words.set('b', 'two')
  assert.deepEqual(Object.keys(words.held), ['a', 'b'])
})

test('a journal much longer than what is held is compacted before it is full', async () => {
  const journal = journalPlace(2 ** 26).open()
  const words = await Words.open(journal)
  for (let n = 0; n < 20_000; n++) words.set('a', 'x'.repeat(200))
  assert.ok(journal.bytes < 2 ** 20, `${journal.bytes} bytes for one word`)
})

test('a journal of which all is held is not copied as it grows, and is once half of it is not', async () => {
  const journal = await opened(journalPlace(2 ** 26))
  let heldBytes = 0
  let snapshots = 0
  const snapshot = () => {
    snapshots++
    return [new Uint8Array(heldBytes)]
  }
  const { record } = journaled(journal, snapshot, () => heldBytes)
  for (; journal.bytes < 2 ** 21; heldBytes = journal.bytes) record(new Uint8Array(2 ** 16))
  assert.equal(snapshots, 0)
  heldBytes = 2 ** 18
  record(new Uint8Array(1))
  assert.equal(snapshots, 1)
  assert.ok(journal.bytes < 2 ** 19)
})

/** Longer than what is compacted at once. */
const longBytes = 2 ** 23

test('a long journal is compacted by the thread that follows, and not by its own', async () => {
  const place = journalPlace(2 ** 26)
  const journal = place.open()
  const words = await Words.open(journal)
  const { journal: followed, take } = place.follow()
  const next = Words.open(followed)
  const word = 'x'.repeat(50_000)
  let copied: number | null = null
  let longest = 0
  for (let n = 0; n < 2_000; n++) {
    words.set(`key ${n % 100}`, word)
    await turn()
    longest = Math.max(longest, journal.bytes)
    if (longest > longBytes) copied ??= words.copied
  }
  assert.ok(longest > longBytes && longest < 4 * longBytes, `${longest} bytes`)
  assert.equal(words.copied, copied)
  take()
  assert.deepEqual((await next).held, words.held)
})

test('a long journal that nobody follows is compacted when it is twice as long as when that was asked for', async () => {
  const journal = journalPlace(2 ** 26).open()
  const words = await Words.open(journal)
  const word = 'x'.repeat(50_000)
  for (let n = 0; n < 100; n++) words.set(`key ${n}`, word)
  let longest = 0
  for (let n = 0; n < 1_000; n++) {
    words.set(`key ${n % 10}`, word)
    longest = Math.max(longest, journal.bytes)
  }
  assert.ok(longest < 6 * longBytes, `${longest} bytes`)
  assert.ok(words.copied > 0)
})

test('what is safe at once is acknowledged at once', () => {
  const journal = journalPlace().open()
  assert.equal(journaled(journal, () => []).acknowledge('done'), 'done')
})

test('what is not safe yet is acknowledged when it is, and not at all when the journal is lost', async () => {
  let settle = () => {}
  const settling = new Promise<void>((resolve) => {
    settle = resolve
  })
  const journal = journalPlace().open()
  const onDisk = journaled(Object.assign(journal, { settled: () => settling }), () => [])
  let answered = false
  const answer = Promise.resolve(onDisk.acknowledge('done')).finally(() => (answered = true))
  await turn()
  assert.equal(answered, false)
  settle()
  assert.equal(await answer, 'done')
  const gone = () => Promise.reject(new Error('the disk is gone'))
  const lost = journaled(Object.assign(journal, { settled: gone }), () => [])
  await assert.rejects(async () => lost.acknowledge('done'), /the disk is gone/)
})

test('under any sets, deletions and crashes, what is held is what was acknowledged', async () => {
  const deed = fc.record({
    kind: fc.constantFrom('set', 'set', 'delete', 'crash'),
    key: fc.integer({ min: 0, max: 9 }).map(String),
    size: fc.integer({ min: 0, max: 120 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 200 }), async (deeds) => {
      const place = journalPlace(1_024)
      const held = new Map<string, string>()
      let words = await Words.open(place.open())
      for (const { kind, key, size } of deeds) {
        if (kind === 'crash') words = await Words.open(place.open())
        if (kind === 'delete') {
          words.delete(key)
          held.delete(key)
        }
        if (kind === 'set') {
          try {
            words.set(key, 'x'.repeat(size))
            held.set(key, 'x'.repeat(size))
          } catch (thrown) {
            assert.ok(isFull(thrown))
          }
        }
        assert.deepEqual(words.held, Object.fromEntries(held))
      }
    }),
  )
})

const change = fc.record({
  kind: fc.constantFrom('set', 'lengthen', 'lengthen', 'delete', 'let the spare read', 'take over'),
  key: fc.integer({ min: 0, max: 9 }).map(String),
  size: fc.integer({ min: 0, max: 60 }),
})

/** The words of a thread that waits, and reads what the one before it writes until `take` lets it take over. */
function following(place: ReturnType<typeof journalPlace>) {
  const { journal, take } = place.follow()
  return { take, words: Words.open(journal) }
}

test('whoever followed one that compacted twice, whenever it could read, has what that one had', async () => {
  const changes = fc.array(change, { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(fc.tuple(changes, changes, changes), async (parts) => {
      const place = journalPlace(1_024)
      let words = await Words.open(place.open())
      let spare = following(place)
      const takeOver = async () => {
        const { held } = words
        spare.take()
        words = await spare.words
        assert.deepEqual(words.held, held)
      }
      for (const [i, deeds] of parts.entries()) {
        if (i > 0) words.compact()
        for (const { kind, key, size } of deeds) {
          try {
            if (kind === 'set') words.set(key, 'x'.repeat(size))
            if (kind === 'lengthen') words.lengthen(key, 'y'.repeat(size))
            if (kind === 'delete') words.delete(key)
          } catch (thrown) {
            assert.ok(isFull(thrown))
          }
          if (kind === 'let the spare read') await turn()
          if (kind === 'take over') {
            await takeOver()
            spare = following(place)
          }
        }
      }
      await takeOver()
      words.set('0', 'and goes on')
      assert.deepEqual((await Words.open(place.open())).held, words.held)
    }),
    { numRuns: 300 },
  )
})

test('a follower takes over wherever it is, in the middle of a long journal or behind a compaction', async () => {
  for (const compacted of ['never', 'before it read', 'while it read'] as const) {
    for (const turns of [0, 1, 2, 6]) {
      const place = journalPlace(2 ** 18)
      const words = await Words.open(place.open())
      for (let n = 0; n < 2_000; n++) words.lengthen(`key ${n % 1_000}`, 'x')
      if (compacted === 'before it read') words.compact()
      const spare = following(place)
      for (let n = 0; n < turns; n++) await turn()
      if (compacted === 'while it read') words.compact()
      for (let n = 0; n < 100; n++) words.delete(`key ${10 * n}`)
      spare.take()
      assert.deepEqual((await spare.words).held, words.held, `compacted ${compacted}, after ${turns} turns`)
    }
  }
})

test('a follower that took over from one that followed is followed in turn', async () => {
  const place = journalPlace(4_096)
  let words = await Words.open(place.open())
  // All of them wait from the beginning, as the spare of a spare would.
  const line = [1, 2, 3, 4].map(() => following(place))
  for (const { take, words: next } of line) {
    for (let n = 0; n < 200; n++) words.lengthen(`key ${n % 7}`, 'x'.repeat(n % 5))
    words.set('key 0', 'anew')
    await turn()
    words.compact()
    const { held } = words
    take()
    words = await next
    assert.deepEqual(words.held, held)
  }
})
