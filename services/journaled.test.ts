import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Journal } from '@ron/kernel/ports/journal'
import { journaled, rebuild } from './journaled.ts'
import { journalPlace, refusal, system } from './testing.ts'

/** A service that holds words under keys, and nothing else. */
class Words {
  readonly #held = new Map<string, string>()
  readonly #journal
  /** Words copied by compactions. */
  copied = 0

  constructor(journal: Journal) {
    rebuild(journal, system.log, (record) => this.#apply(record))
    this.#journal = journaled(journal, () => this.#snapshot())
  }

  set(key: string, word: string): void {
    const record = encoded([key, word])
    this.#journal.record(record)
    this.#apply(record)
  }

  delete(key: string): void {
    const record = encoded([key])
    this.#journal.release(record, encoded([key, this.#held.get(key) ?? '']).length)
    this.#apply(record)
  }

  get held(): object {
    return Object.fromEntries(this.#held)
  }

  #apply(record: Uint8Array): void {
    const [key = '', word] = decoded(record)
    if (word === undefined) this.#held.delete(key)
    else this.#held.set(key, word)
  }

  *#snapshot(): Generator<Uint8Array> {
    for (const entry of this.#held) {
      this.copied++
      yield encoded(entry)
    }
  }
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

test('what was recorded is held again by the next thread', () => {
  const place = journalPlace()
  const words = new Words(place.open())
  words.set('a', 'one')
  words.set('b', 'two')
  words.delete('a')
  assert.deepEqual(new Words(place.open()).held, { b: 'two' })
})

test('a journal full of what was replaced is compacted and goes on, at a bounded price', () => {
  const place = journalPlace(4_096)
  const words = new Words(place.open())
  for (let n = 0; n < 10_000; n++) words.set(`key ${n % 10}`, `word ${n}`)
  assert.equal(Object.keys(words.held).length, 10)
  assert.ok(words.copied < 10_000, `${words.copied} words copied for 10 000 set`)
  assert.deepEqual(new Words(place.open()).held, words.held)
})

test('a journal full of what is held refuses, copies no more than it must, and loses nothing', () => {
  const place = journalPlace(64_000)
  const words = new Words(place.open())
  const count = fill(words, 'x'.repeat(20))
  const { copied } = words
  const again = 10 * count
  for (let n = 0; n < again; n++) assert.throws(() => words.set(`more ${n}`, 'x'.repeat(20)), isFull)
  assert.ok(words.copied - copied <= 9 * again, `${words.copied - copied} words copied for ${again} refused`)
  assert.equal(Object.keys(words.held).length, count)
  assert.deepEqual(new Words(place.open()).held, words.held)
})

test('a full journal still records deletions, all of them, and then has room', () => {
  const place = journalPlace(8_192)
  const words = new Words(place.open())
  const count = fill(words, 'x')
  for (let n = 0; n < count; n++) words.delete(`key ${n}`)
  const next = new Words(place.open())
  assert.deepEqual(next.held, {})
  assert.equal(fill(next, 'x'), count)
})

test('a full journal takes something again as soon as enough was deleted, however short the records of that', () => {
  const words = new Words(journalPlace(64_000).open())
  const word = 'x'.repeat(2_000)
  fill(words, word)
  for (let n = 0; n < 5; n++) words.delete(`key ${n}`)
  for (let n = 0; n < 5; n++) words.set(`key ${n}`, word)
  assert.throws(() => words.set('one too many', word), isFull)
})

test('a journal that is full when its service is restarted is compacted as soon as it is asked', () => {
  const place = journalPlace(4_096)
  const full = place.open()
  full.replay(() => {})
  for (let used = -1; used !== full.bytes;) {
    used = full.bytes
    if (used < 4_000) full.append(encoded(['a', 'x'.repeat(40)]), 0)
  }
  const words = new Words(place.open())
  words.set('b', 'two')
  assert.deepEqual(Object.keys(words.held), ['a', 'b'])
})

test('a journal much longer than what is held is compacted before it is full', () => {
  const journal = journalPlace(2 ** 26).open()
  const words = new Words(journal)
  for (let n = 0; n < 20_000; n++) words.set('a', 'x'.repeat(200))
  assert.ok(journal.bytes < 2 ** 20, `${journal.bytes} bytes for one word`)
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
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, false)
  settle()
  assert.equal(await answer, 'done')
  const gone = () => Promise.reject(new Error('the disk is gone'))
  const lost = journaled(Object.assign(journal, { settled: gone }), () => [])
  await assert.rejects(async () => lost.acknowledge('done'), /the disk is gone/)
})

test('under any sets, deletions and crashes, what is held is what was acknowledged', () => {
  const deed = fc.record({
    kind: fc.constantFrom('set', 'set', 'delete', 'crash'),
    key: fc.integer({ min: 0, max: 9 }).map(String),
    size: fc.integer({ min: 0, max: 120 }),
  })
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 200 }), (deeds) => {
      const place = journalPlace(1_024)
      const held = new Map<string, string>()
      let words = new Words(place.open())
      for (const { kind, key, size } of deeds) {
        if (kind === 'crash') words = new Words(place.open())
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
