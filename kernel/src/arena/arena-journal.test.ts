import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { journalSuite } from '../ports/journal.suite.ts'
import { ArenaJournal } from './arena-journal.ts'
import { nextTurn } from '../system/turn.ts'
import { until } from '../system/until.ts'
import { lendJournal, newJournalMemory, zeroizeJournal } from './journal-segment.ts'

const setting = 'test.journal_bytes_max'
/** As the thread has it that comes after the one before. */
const open = (memory: SharedArrayBuffer) =>
  new ArenaJournal(
    { memory, setting },
    { owner: Promise.resolve(lendJournal(memory)), pause: nextTurn, beat() {} },
  )

journalSuite('ArenaJournal', async (bytesMax) => {
  const memory = newJournalMemory(bytesMax)
  return { open: async () => open(memory), close: async () => void zeroizeJournal(memory) }
})

/**
 * Where things lie, written out once more: the picture in `journal-segment.ts` is a promise. The header counts
 * places in eights.
 */
const at = { magic: 0, owner: 4, live: 8, reach: 12, last: 16, end: 20, turn: 36, half0: 64 }
const headBytes = 8
const text = (words: string) => new TextEncoder().encode(words)
const records = ['one', 'two!', 'three']
/** Each record begins at a multiple of eight. */
const places = [0, 16, 32]
const end = 48

/** A journal of three records whose thread has ended. */
async function ended(): Promise<{ memory: SharedArrayBuffer; bytes: Uint8Array; header: Int32Array }> {
  const memory = newJournalMemory(1024)
  const { journal } = await replayed(memory)
  for (const record of records) journal.append(text(record), 0)
  return { memory, bytes: new Uint8Array(memory), header: new Int32Array(memory, 0, 16) }
}

/** Collects the words of the records. */
function words() {
  const projection: string[] = []
  return { projection, apply: (record: Uint8Array) => void projection.push(new TextDecoder().decode(record)) }
}

async function replayed(memory: SharedArrayBuffer) {
  const journal = open(memory)
  const { projection: found, torn } = await journal.replay(words)
  return { journal, found, torn }
}

test('a byte that changed anywhere in the last record costs that record, and it is said', async () => {
  for (let byte = at.half0 + 32; byte < at.half0 + 32 + headBytes + 5; byte++) {
    const { memory, bytes } = await ended()
    bytes[byte] = (bytes[byte] ?? 0) ^ 0x10
    const { journal, found, torn } = await replayed(memory)
    assert.deepEqual([found, torn], [['one', 'two!'], true], `byte ${byte}`)
    journal.append(text('four'), 0)
    const again = await replayed(memory)
    assert.deepEqual([again.found, again.torn], [['one', 'two!', 'four'], false])
  }
})

test('a byte that changed before the last record refuses the replay, names the place and drops nothing', async () => {
  for (const [n, place] of [0, 16].entries()) {
    for (let byte = at.half0 + place; byte < at.half0 + place + headBytes + 3; byte++) {
      const { memory, bytes } = await ended()
      const was = bytes[byte] ?? 0
      bytes[byte] = was ^ 0x10
      await assert.rejects(
        replayed(memory),
        new RegExp(`damaged at byte ${places[n]} of ${end}, before its last record; nothing was dropped`),
      )
      bytes[byte] = was
      assert.deepEqual((await replayed(memory)).found, records, 'once it is mended, all of it is there')
    }
  }
})

test('a record whose thread ended while it was written is dropped, and its bytes are gone', async () => {
  const { memory, bytes, header } = await ended()
  // What an append has stored before the last of its steps.
  Atomics.store(header, at.reach / 4, (end + 16) / 8)
  bytes.set([3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], at.half0 + end)
  const { journal, found, torn } = await replayed(memory)
  assert.deepEqual([found, torn], [records, true])
  assert.ok(bytes.subarray(at.half0 + end).every((byte) => byte === 0))
  journal.append(text('four'), 0)
  assert.deepEqual((await replayed(memory)).found, [...records, 'four'])
})

test('a snapshot whose thread ended before the flip is as if it had never begun', async () => {
  const { memory, bytes, header } = await ended()
  // The words of the other half come behind those of the first; what is stored there before the flip.
  header.set([2, 0, 2], at.reach / 4 + 3)
  bytes.set([3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7], at.half0 + 1024)
  const { found, torn } = await replayed(memory)
  assert.deepEqual([found, torn], [records, false])
  assert.ok(bytes.subarray(at.half0 + 1024).every((byte) => byte === 0))
})

test('a snapshot that fails leaves none of its bytes', async () => {
  const { memory, bytes } = await ended()
  const { journal } = await replayed(memory)
  const failing = function* () {
    yield text('snapshot')
    throw new Error('no more of it')
  }
  assert.throws(() => journal.compact(failing()), /no more of it/)
  assert.ok(bytes.subarray(at.half0 + 1024).every((byte) => byte === 0))
})

test('what compaction replaced is overwritten with zeros', async () => {
  const { memory, bytes } = await ended()
  const { journal } = await replayed(memory)
  journal.compact([text('all')])
  assert.ok(bytes.subarray(at.half0, at.half0 + 1024).every((byte) => byte === 0))
  assert.deepEqual((await replayed(memory)).found, ['all'])
})

for (const [what, word, value, because] of [
  ['mark', at.magic, 1, /begins with 1,/],
  ['live half', at.live, 1, /1 stands for its live half, which is none of/],
  ['end past its reach', at.end, 125, /its end at 1000 and its reach 48/],
  ['reach past the half', at.reach, 129, /reach 1032, of 1024 bytes/],
  ['negative place', at.last, -1, /last record is at -8/],
  ['last record behind the end', at.last, 7, /last record is at 56/],
] as const) {
  test(`a header with a bad ${what} is refused with what is wrong`, async () => {
    const { memory, header } = await ended()
    Atomics.store(header, word / 4, value)
    await assert.rejects(replayed(memory), because)
  })
}

test('a header whose last record is an earlier one refuses the replay', async () => {
  const { memory, header } = await ended()
  Atomics.store(header, at.last / 4, 2)
  await assert.rejects(replayed(memory), /damaged at byte 32/)
})

test('an end in the middle of the last record costs that record', async () => {
  const { memory, header } = await ended()
  Atomics.store(header, at.end / 4, 5)
  const { found, torn } = await replayed(memory)
  assert.deepEqual([found, torn], [['one', 'two!'], true])
})

test('once the journal is lent to the next, the one before can write nothing and damages nothing', async () => {
  const { memory } = await ended()
  const before = (await replayed(memory)).journal
  const { journal, found } = await replayed(memory)
  assert.deepEqual(found, records)
  assert.throws(() => before.append(text('late'), 0), /belongs to another thread/)
  assert.throws(() => before.compact([]), /belongs to another thread/)
  journal.append(text('four'), 0)
  assert.deepEqual((await replayed(memory)).found, [...records, 'four'])
})

test('one damaged bit anywhere is found: it costs the last record at most, and never passes for a record', async () => {
  const owner = 32 * (at.owner / 4)
  for (let bit = 0; bit < 8 * (at.half0 + end); bit++) {
    if (bit >= owner && bit < owner + 32) continue
    const { memory, bytes } = await ended()
    const byte = Math.floor(bit / 8)
    bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (bit % 8))
    try {
      const { found, torn } = await replayed(memory)
      assert.deepEqual(found, records.slice(0, found.length), `bit ${bit}`)
      assert.ok(found.length === 3 || (found.length === 2 && torn), `bit ${bit} cost ${3 - found.length}`)
    } catch (thrown) {
      assert.match(String(thrown), /Error: the (header of the )?journal is damaged/)
    }
  }
})

test('zeroizing leaves no byte, says how many there were, and nobody can write afterwards', async () => {
  const { memory, bytes } = await ended()
  const { journal } = await replayed(memory)
  assert.equal(zeroizeJournal(memory), end)
  assert.ok(bytes.subarray(at.half0).every((byte) => byte === 0))
  assert.equal(zeroizeJournal(memory), 0)
  assert.throws(() => journal.append(text('late'), 0), /belongs to another thread/)
})

test('zeroizing a segment whose header cannot be believed overwrites all of it', async () => {
  const { memory, bytes, header } = await ended()
  Atomics.store(header, at.reach / 4, 1)
  assert.equal(zeroizeJournal(memory), 2 * 1024)
  assert.ok(bytes.subarray(at.half0).every((byte) => byte === 0))
})

test('a journal may be longer than any view of its memory', async () => {
  // The system gives no page of it but those that are written.
  const memory = newJournalMemory(2.2 * 2 ** 30)
  assert.throws(() => new Uint8Array(memory), /Invalid typed array length/)
  const { journal } = await replayed(memory)
  journal.append(text('before'), 0)
  journal.compact([text('kept')])
  journal.append(text('more'), 0)
  assert.deepEqual((await replayed(memory)).found, ['kept', 'more'])
  assert.equal(zeroizeJournal(memory), 32)
})

test('a journal larger than its counters can count is refused when it is made', async () => {
  assert.throws(() => newJournalMemory(2 ** 33 + 1), /8GiB at most/)
})

/** `take` makes whoever waits for `owner` the owner. */
function handover(memory: SharedArrayBuffer) {
  let take = () => {}
  const owner = new Promise<number>((resolve) => {
    take = () => resolve(lendJournal(memory))
  })
  return { take: () => take(), owner }
}

/** A thread that follows, and what it has made of the records so far; `take` makes it the owner. */
function follower(t: TestContext, memory: SharedArrayBuffer) {
  const { take, owner } = handover(memory)
  // It would follow for ever.
  t.after(take)
  const journal = new ArenaJournal({ memory, setting }, { owner, pause: nextTurn, beat() {} })
  const begun: string[][] = []
  const replay = journal.replay(() => {
    const made = words()
    begun.push(made.projection)
    return made
  })
  return {
    journal,
    begun,
    replay,
    take,
    has: (all: readonly string[]) => begun.at(-1)?.join() === all.join(),
  }
}

/** A follower with something to do three times; `did` is what it had been given each time. */
function busyFollower(t: TestContext, memory: SharedArrayBuffer) {
  const { projection: found, apply } = words()
  const did: string[][] = []
  const meanwhile = () => did.push([...found]) < 3
  const { take, owner } = handover(memory)
  t.after(take)
  const journal = new ArenaJournal({ memory, setting }, { owner, pause: nextTurn, beat() {} })
  return { found, did, take, replay: journal.replay(() => ({ projection: found, apply, meanwhile })) }
}

test('a follower has each record once it is written, and only the rest is read when it takes over', async (t) => {
  const { memory } = await ended()
  const { journal: leader } = await replayed(memory)
  const { begun, replay, take, has, journal } = follower(t, memory)
  await until(() => has(records), 'what was there')
  leader.append(text('four'), 0)
  await until(() => has([...records, 'four']), 'what came')
  assert.throws(() => journal.append(text('early'), 0), /replayed before/)
  leader.append(text('five'), 0)
  take()
  const { projection, torn, records: count } = await replay
  assert.deepEqual([projection, torn, count], [[...records, 'four', 'five'], false, 5])
  assert.equal(begun.length, 1)
  journal.append(text('six'), 0)
  assert.deepEqual((await replayed(memory)).found, [...records, 'four', 'five', 'six'])
})

test('a follower that has read all there is does what its projection has to do meanwhile, and reads on', async (t) => {
  const { memory } = await ended()
  const { journal: leader } = await replayed(memory)
  const { found, replay, take, did } = busyFollower(t, memory)
  await until(() => did.length === 3, 'what there was to do')
  assert.deepEqual(did, [records, records, records])
  leader.append(text('four'), 0)
  await until(() => found.length === records.length + 1, 'what came')
  take()
  assert.deepEqual((await replay).projection, [...records, 'four'])
})

test('a compaction says with each record that its thread goes on', async () => {
  const { memory } = await ended()
  const [owner, pause] = [Promise.resolve(lendJournal(memory)), nextTurn]
  let beats = 0
  const journal = new ArenaJournal({ memory, setting }, { owner, pause, beat: () => void beats++ })
  await journal.replay(words)
  journal.append(text('four'), 0)
  assert.equal(beats, 0)
  journal.compact(records.map(text))
  assert.equal(beats, records.length)
})

test('a follower begins anew when the journal is compacted, also between its last look and the takeover', async (t) => {
  const { memory } = await ended()
  const { journal: leader } = await replayed(memory)
  const { begun, replay, take, has } = follower(t, memory)
  await until(() => has(records), 'what was there')
  leader.compact([text('all')])
  leader.append(text('more'), 0)
  await until(() => has(['all', 'more']), 'what was made of it')
  leader.compact([text('fewer')])
  take()
  assert.deepEqual((await replay).projection, ['fewer'])
  assert.deepEqual(begun[0], records, 'what is void is left alone')
})

test('a follower waits while the halves change places, and whoever owns the journal next ends that', async (t) => {
  const { memory, header } = await ended()
  const { replay, take, has } = follower(t, memory)
  await until(() => has(records), 'what was there')
  // What a flip has stored when its thread ends after the first of its steps.
  Atomics.store(header, at.turn / 4, 1)
  for (let turn = 0; turn < 20; turn++) await nextTurn()
  assert.ok(has(records))
  take()
  assert.deepEqual((await replay).projection, records)
  assert.equal(Atomics.load(header, at.turn / 4), 2)
})

test('a follower does not apply the last record before it is whole, and drops it when it never is', async (t) => {
  const { memory, bytes } = await ended()
  bytes[at.half0 + 38] = 0
  const { replay, take, has } = follower(t, memory)
  await until(() => has(['one', 'two!']), 'what is whole')
  take()
  const { projection, torn } = await replay
  assert.deepEqual([projection, torn], [['one', 'two!'], true])
})

test('a follower leaves damage before the last record to the owner it becomes, who refuses it', async (t) => {
  const { memory, bytes } = await ended()
  bytes[at.half0 + 18] = 99
  const { replay, take, has } = follower(t, memory)
  await until(() => has(['one']), 'what is whole')
  take()
  await assert.rejects(replay, /damaged at byte 16/)
})

test('a follower far behind lets its thread do other things in between', async (t) => {
  const memory = newJournalMemory(2 ** 20)
  const { journal: leader } = await replayed(memory)
  for (let n = 0; n < 5_000; n++) leader.append(text('x'), 0)
  const { begun } = follower(t, memory)
  await nextTurn()
  assert.ok((begun[0]?.length ?? 0) < 5_000)
  await until(() => begun[0]?.length === 5_000, 'all of it')
})

test('a follower born while a header changes waits until it agrees with itself again', async (t) => {
  const { memory, header } = await ended()
  // What an append stores first, seen by a look that began before it.
  Atomics.store(header, at.reach / 4, 2)
  const { take, has, replay } = follower(t, memory)
  for (let turn = 0; turn < 20; turn++) await nextTurn()
  assert.ok(has([]))
  Atomics.store(header, at.reach / 4, end / 8)
  await until(() => has(records), 'what is there')
  take()
  assert.deepEqual((await replay).projection, records)
})
