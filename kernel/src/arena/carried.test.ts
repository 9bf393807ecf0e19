import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from 'node:crypto'
import { seededRandom } from '../system/seeded-random.fixture.ts'
import { ArenaBlobs } from './arena-blobs.ts'
import { ArenaJournal } from './arena-journal.ts'
import type { StatePlace } from './arena.ts'
import { lendBlobs, newBlobsMemory } from './blobs-segment.ts'
import { carriedFrom, carriedInto, placeSize } from './carried.ts'
import { lendJournal, newJournalMemory } from './journal-segment.ts'

const kibi = 1024

function placeOf(journalBytes = 64 * kibi, blobsBytes = 64 * kibi): StatePlace {
  return {
    journal: { memory: newJournalMemory(journalBytes), setting: 'storage.journal_bytes_max' },
    blobs: { memory: newBlobsMemory(blobsBytes), setting: 'storage.bytes_max' },
    stamps: null,
  }
}

/** As a thread has it: what it finds there, and what it can go on with. */
async function opened({ journal: at, blobs: where }: StatePlace) {
  assert.ok(where !== null)
  const succession = { owner: Promise.resolve(lendJournal(at.memory)), pause: async () => {}, beat() {} }
  const journal = new ArenaJournal(at, succession)
  const { projection: records } = await journal.replay(() => {
    const projection: string[] = []
    return { projection, apply: (record) => projection.push(Buffer.from(record).toString()) }
  })
  const blobs = new ArenaBlobs(where, seededRandom(1), async () => {})
  blobs.take(lendBlobs(where.memory))
  return { journal, blobs, records }
}

function carry(from: StatePlace, to: StatePlace): void {
  const { shape, pieces } = carriedFrom(from)
  const into = carriedInto(to, shape)
  assert.equal(into.pieces.length, pieces.length)
  for (const [at, piece] of pieces.entries()) into.pieces[at]?.set(piece)
  into.finish()
}

const addressOf = (content: Uint8Array) => `b3:${hash('sha256', content, 'hex')}`

test('what was kept in one place is kept in another, and can be gone on with', async () => {
  const from = placeOf()
  const before = await opened(from)
  for (let at = 0; at < 50; at++) before.journal.append(Buffer.from(`record ${at}`), 0)
  // The other half is the one that counts then.
  before.journal.compact(['a', 'b'].map((text) => Buffer.from(text)))
  before.journal.append(Buffer.from('c'), 0)
  const contents = [0, 1, 512, 700, 5_000].map((length) => Buffer.alloc(length, length % 251))
  for (const content of contents) await before.blobs.put(addressOf(content), content)
  await before.blobs.delete(addressOf(Buffer.alloc(512, 10)))

  const to = placeOf(128 * kibi, 256 * kibi)
  carry(from, to)
  const after = await opened(to)
  assert.deepEqual(after.records, ['a', 'b', 'c'])
  for (const content of contents) {
    const found = await after.blobs.get(addressOf(content))
    assert.deepEqual(found && Buffer.from(found), content.length === 512 ? undefined : content)
  }
  assert.equal(after.blobs.bytesUsed, before.blobs.bytesUsed)
  after.journal.append(Buffer.from('d'), 0)
  assert.deepEqual((await opened(to)).records, ['a', 'b', 'c', 'd'])
})

test('nothing counts before it is finished', async () => {
  const from = placeOf()
  const { journal } = await opened(from)
  journal.append(Buffer.from('a'), 0)
  const { shape, pieces } = carriedFrom(from)
  const to = placeOf()
  const into = carriedInto(to, shape)
  for (const [at, piece] of pieces.entries()) into.pieces[at]?.set(piece)
  assert.deepEqual((await opened(to)).records, [])
})

test('a place that is too small, or that something is kept in, takes nothing', async () => {
  const from = placeOf()
  const { journal, blobs } = await opened(from)
  for (let at = 0; at < 9; at++) journal.append(Buffer.alloc(kibi, at + 1), 0)
  await blobs.put(addressOf(Buffer.alloc(9_000)), Buffer.alloc(9_000))
  const { shape } = carriedFrom(from)
  assert.deepEqual(placeSize(from), { journal: 64 * kibi, pages: 128 })
  assert.throws(() => carriedInto(placeOf(8 * kibi), shape), /give storage\.journal_bytes_max at least/)
  assert.throws(() => carriedInto(placeOf(64 * kibi, 8 * kibi), shape), /give storage\.bytes_max at least/)
  assert.throws(() => carriedInto(from, shape), /something is kept there already/)
})
