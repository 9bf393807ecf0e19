import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journalSuite } from '../ports/journal.suite.ts'
import { ArenaJournal } from './arena-journal.ts'
import { lendJournal, newJournalMemory, zeroizeJournal } from './journal-segment.ts'

const setting = 'test.journal_bytes_max'
const open = (memory: SharedArrayBuffer) => new ArenaJournal(lendJournal(memory, setting))

journalSuite('ArenaJournal', async (bytesMax) => {
  const memory = newJournalMemory(bytesMax)
  return { open: async () => open(memory), close: async () => void zeroizeJournal(memory) }
})

/** Where things lie, written out once more: the picture in `journal-segment.ts` is a promise. */
const at = { magic: 0, owner: 4, live: 8, reach: 12, last: 16, end: 20, half0: 64 }
const headBytes = 8
const text = (words: string) => new TextEncoder().encode(words)
const records = ['one', 'two!', 'three']
/** Each record begins at a multiple of four. */
const places = [0, 12, 24]
const end = 40

/** A journal of three records whose thread has ended. */
function ended(): { memory: SharedArrayBuffer; bytes: Uint8Array; header: Int32Array } {
  const memory = newJournalMemory(1024)
  const journal = open(memory)
  journal.replay(() => {})
  for (const record of records) journal.append(text(record), 0)
  return { memory, bytes: new Uint8Array(memory), header: new Int32Array(memory, 0, 16) }
}

function replayed(memory: SharedArrayBuffer) {
  const found: string[] = []
  const journal = open(memory)
  const result = journal.replay((record) => void found.push(new TextDecoder().decode(record)))
  return { journal, found, ...result }
}

test('a byte that changed anywhere in the last record costs that record, and it is said', () => {
  for (let byte = at.half0 + 24; byte < at.half0 + 24 + headBytes + 5; byte++) {
    const { memory, bytes } = ended()
    bytes[byte] = (bytes[byte] ?? 0) ^ 0x10
    const { journal, found, torn } = replayed(memory)
    assert.deepEqual([found, torn], [['one', 'two!'], true], `byte ${byte}`)
    journal.append(text('four'), 0)
    const again = replayed(memory)
    assert.deepEqual([again.found, again.torn], [['one', 'two!', 'four'], false])
  }
})

test('a byte that changed before the last record refuses the replay, names the place and drops nothing', () => {
  for (const [n, place] of [0, 12].entries()) {
    for (let byte = at.half0 + place; byte < at.half0 + place + headBytes + 3; byte++) {
      const { memory, bytes } = ended()
      const was = bytes[byte] ?? 0
      bytes[byte] = was ^ 0x10
      assert.throws(
        () => replayed(memory),
        new RegExp(`damaged at byte ${places[n]} of ${end}, before its last record; nothing was dropped`),
      )
      bytes[byte] = was
      assert.deepEqual(replayed(memory).found, records, 'once it is mended, all of it is there')
    }
  }
})

test('a record whose thread ended while it was written is dropped, and its bytes are gone', () => {
  const { memory, bytes, header } = ended()
  // What an append has stored before the last of its steps.
  Atomics.store(header, at.reach / 4, end + 16)
  bytes.set([3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], at.half0 + end)
  const { journal, found, torn } = replayed(memory)
  assert.deepEqual([found, torn], [records, true])
  assert.ok(bytes.subarray(at.half0 + end).every((byte) => byte === 0))
  journal.append(text('four'), 0)
  assert.deepEqual(replayed(memory).found, [...records, 'four'])
})

test('a snapshot whose thread ended before the flip is as if it had never begun', () => {
  const { memory, bytes, header } = ended()
  // The words of the other half come behind those of the first; what is stored there before the flip.
  header.set([12, 0, 12], at.reach / 4 + 3)
  bytes.set([3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], at.half0 + 1024)
  const { found, torn } = replayed(memory)
  assert.deepEqual([found, torn], [records, false])
  assert.ok(bytes.subarray(at.half0 + 1024).every((byte) => byte === 0))
})

test('a snapshot that fails leaves none of its bytes', () => {
  const { memory, bytes } = ended()
  const { journal } = replayed(memory)
  const failing = function* () {
    yield text('snapshot')
    throw new Error('no more of it')
  }
  assert.throws(() => journal.compact(failing()), /no more of it/)
  assert.ok(bytes.subarray(at.half0 + 1024).every((byte) => byte === 0))
})

test('what compaction replaced is overwritten with zeros', () => {
  const { memory, bytes } = ended()
  replayed(memory).journal.compact([text('all')])
  assert.ok(bytes.subarray(at.half0, at.half0 + 1024).every((byte) => byte === 0))
  assert.deepEqual(replayed(memory).found, ['all'])
})

for (const [what, word, value, because] of [
  ['mark', at.magic, 1, /begins with 1,/],
  ['live half', at.live, 1, /1 stands for its live half, which is none of/],
  ['end past its reach', at.end, 1000, /its end at 1000 and its reach 40/],
  ['reach past the half', at.reach, 1028, /reach 1028, of 1024 bytes/],
  ['negative place', at.last, -4, /last record is at -4/],
  ['place between two', at.end, 38, /end at 38/],
  ['last record behind the end', at.last, 44, /last record is at 44/],
] as const) {
  test(`a header with a bad ${what} is refused with what is wrong`, () => {
    const { memory, header } = ended()
    Atomics.store(header, word / 4, value)
    assert.throws(() => open(memory), because)
  })
}

test('a header whose last record is an earlier one refuses the replay', () => {
  const { memory, header } = ended()
  Atomics.store(header, at.last / 4, 12)
  assert.throws(() => replayed(memory), /damaged at byte 24/)
})

test('an end in the middle of the last record costs that record', () => {
  const { memory, header } = ended()
  Atomics.store(header, at.end / 4, 36)
  const { found, torn } = replayed(memory)
  assert.deepEqual([found, torn], [['one', 'two!'], true])
})

test('once the journal is lent to the next, the one before can write nothing and damages nothing', () => {
  const { memory } = ended()
  const before = replayed(memory).journal
  const { journal, found } = replayed(memory)
  assert.deepEqual(found, records)
  assert.throws(() => before.append(text('late'), 0), /belongs to another thread/)
  assert.throws(() => before.compact([]), /belongs to another thread/)
  journal.append(text('four'), 0)
  assert.deepEqual(replayed(memory).found, [...records, 'four'])
})

test('one damaged bit anywhere is found: it costs the last record at most, and never passes for a record', () => {
  const owner = 32 * (at.owner / 4)
  for (let bit = 0; bit < 8 * (at.half0 + end); bit++) {
    if (bit >= owner && bit < owner + 32) continue
    const { memory, bytes } = ended()
    const byte = Math.floor(bit / 8)
    bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (bit % 8))
    try {
      const { found, torn } = replayed(memory)
      assert.deepEqual(found, records.slice(0, found.length), `bit ${bit}`)
      assert.ok(found.length === 3 || (found.length === 2 && torn), `bit ${bit} cost ${3 - found.length}`)
    } catch (thrown) {
      assert.match(String(thrown), /Error: the (header of the )?journal is damaged/)
    }
  }
})

test('zeroizing leaves no byte, says how many there were, and nobody can write afterwards', () => {
  const { memory, bytes } = ended()
  const { journal } = replayed(memory)
  assert.equal(zeroizeJournal(memory), end)
  assert.ok(bytes.subarray(at.half0).every((byte) => byte === 0))
  assert.equal(zeroizeJournal(memory), 0)
  assert.throws(() => journal.append(text('late'), 0), /belongs to another thread/)
})

test('zeroizing a segment whose header cannot be believed overwrites all of it', () => {
  const { memory, bytes, header } = ended()
  Atomics.store(header, at.reach / 4, 4)
  assert.equal(zeroizeJournal(memory), 2 * 1024)
  assert.ok(bytes.subarray(at.half0).every((byte) => byte === 0))
})

test('a journal larger than its counters can count is refused when it is made', () => {
  assert.throws(() => newJournalMemory(2 ** 30 + 1), /1GiB at most/)
})
