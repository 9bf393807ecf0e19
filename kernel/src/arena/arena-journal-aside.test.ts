/** A journal that is compacted by the thread that follows it, while its owner goes on. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Aside, Projecting } from '../ports/journal.ts'
import { nextTurn } from '../system/turn.ts'
import { ArenaJournal } from './arena-journal.ts'
import { JournalHeader, lendJournal, newJournalMemory } from './journal-segment.ts'

const setting = 'test.journal_bytes_max'
/** Three of them are more than a follower writes in one turn. */
const long = 100_000

/** What a service holds: the last word under each key. */
type Held = Map<string, string>

const record = (key: string, word: string) => new TextEncoder().encode(`${key}=${word}`)

function projecting(held: Held): Projecting<Held> & { snapshot(): Iterable<Uint8Array> } {
  return {
    projection: held,
    apply(bytes: Uint8Array) {
      const [key = '', word = ''] = new TextDecoder().decode(bytes).split('=')
      held.set(key, word)
    },
    *snapshot() {
      for (const [key, word] of held) yield record(key, word)
    },
  }
}

class Owner {
  readonly journal: ArenaJournal
  readonly held: Held

  constructor(journal: ArenaJournal, held: Held) {
    this.journal = journal
    this.held = held
  }

  static async open(memory: SharedArrayBuffer): Promise<Owner> {
    const owner = Promise.resolve(lendJournal(memory))
    const journal = new ArenaJournal({ memory, setting }, { owner, pause: nextTurn, beat() {} })
    return new Owner(journal, (await journal.replay(() => projecting(new Map()))).projection)
  }

  set(key: string, word: string): void {
    this.journal.append(record(key, word), 0)
    this.held.set(key, word)
  }

  compact(): void {
    this.journal.compact(projecting(this.held).snapshot())
  }
}

/** A thread that follows, turn by turn of its event loop as the test says. */
class Follower {
  readonly #memory: SharedArrayBuffer
  readonly #journal: ArenaJournal
  readonly #replay: Promise<{ readonly projection: Held }>
  /** How often it began with nothing. */
  begun = 0
  #go = () => {}
  #take = (_number: number) => {}

  constructor(memory: SharedArrayBuffer, begin: (held: Held) => Projecting<Held> = projecting) {
    this.#memory = memory
    const owner = new Promise<number>((resolve) => {
      this.#take = resolve
    })
    const pause = () =>
      new Promise<void>((resolve) => {
        this.#go = resolve
      })
    this.#journal = new ArenaJournal({ memory, setting }, { owner, pause, beat() {} })
    this.#replay = this.#journal.replay(() => {
      this.begun++
      return begin(new Map())
    })
  }

  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      this.#go()
      await nextTurn()
    }
  }

  async takeOver(): Promise<Owner> {
    this.#take(lendJournal(this.#memory))
    return new Owner(this.#journal, (await this.#replay).projection)
  }
}

/** Calls until the compaction has ended, with a turn of the follower before each. */
async function compacted(owner: Owner, follower: Follower): Promise<Aside> {
  for (let calls = 0; calls < 100; calls++) {
    const aside = owner.journal.compactAside()
    if (aside === 'done' || aside === 'failed') return aside
    await follower.turns(1)
  }
  throw new Error('the compaction did not end')
}

const word = (n: number) => String(n).padStart(long, '.')

/** Six keys, each set twice. */
async function begun(bytesMax = 2 ** 22) {
  const memory = newJournalMemory(bytesMax)
  const owner = await Owner.open(memory)
  for (let n = 0; n < 12; n++) owner.set(`key ${n % 6}`, word(n))
  const follower = new Follower(memory)
  await follower.turns(8)
  return { memory, owner, follower }
}

test('a follower writes the snapshot while its owner appends, and goes on in it', async () => {
  const { memory, owner, follower } = await begun()
  const before = owner.journal.bytes
  assert.equal(owner.journal.compactAside(), 'asked')
  await follower.turns(1)
  for (let n = 0; owner.journal.compactAside() === 'begun'; n++) {
    assert.ok(n < 20)
    owner.set('new', String(n))
    await follower.turns(1)
  }
  assert.ok(owner.journal.bytes < before * 0.6, `${owner.journal.bytes} bytes of ${before}`)
  owner.set('last', 'one')
  await follower.turns(4)
  assert.equal(follower.begun, 1)
  const next = await follower.takeOver()
  assert.equal(follower.begun, 1)
  assert.deepEqual(next.held, owner.held)
  next.set('more', 'still')
  assert.deepEqual((await Owner.open(memory)).held, next.held)
})

test('it is done again and again', async () => {
  const { owner, follower } = await begun()
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 6; n++) owner.set(`key ${n}`, word(round))
    assert.equal(await compacted(owner, follower), 'done')
  }
  assert.ok(owner.journal.bytes < 7 * long)
  assert.deepEqual((await follower.takeOver()).held, owner.held)
  assert.equal(follower.begun, 1)
})

test('where nobody follows it is asked for, and the owner does it itself', async () => {
  const memory = newJournalMemory(2 ** 20)
  const owner = await Owner.open(memory)
  for (let n = 0; n < 100; n++) owner.set('key', `${n}`)
  for (let n = 0; n < 3; n++) assert.equal(owner.journal.compactAside(), 'asked')
  owner.compact()
  assert.equal(owner.journal.compactAside(), 'asked')
  assert.deepEqual((await Owner.open(memory)).held, owner.held)
})

test('a copy that has begun is taken back by an owner that compacts itself, and its follower begins anew', async () => {
  const { memory, owner, follower } = await begun()
  owner.journal.compactAside()
  await follower.turns(2)
  assert.equal(new JournalHeader(memory).copy.kind, 'between')
  owner.compact()
  owner.set('later', 'word')
  await follower.turns(5)
  assert.equal(follower.begun, 2)
  assert.deepEqual((await follower.takeOver()).held, owner.held)
})

test('a copy that is ready and was not wanted leads nobody astray', async () => {
  const { memory, owner, follower } = await begun()
  owner.journal.compactAside()
  for (let turns = 0; new JournalHeader(memory).copy.kind !== 'ready'; turns++) {
    assert.ok(turns < 20)
    await follower.turns(1)
  }
  owner.set('key 0', 'another')
  owner.compact()
  await follower.turns(5)
  assert.equal(follower.begun, 2)
  assert.deepEqual((await follower.takeOver()).held, owner.held)
})

test('a follower that takes over in the middle of its copy has everything', async () => {
  for (let turns = 0; turns < 8; turns++) {
    const { memory, owner, follower } = await begun()
    owner.journal.compactAside()
    await follower.turns(turns)
    owner.set('unseen', 'word')
    const next = await follower.takeOver()
    assert.deepEqual(next.held, owner.held)
    next.compact()
    assert.deepEqual((await Owner.open(memory)).held, owner.held, `after ${turns} turns`)
  }
})

test('the next follower makes the copy that one before it left', async () => {
  const { memory, owner, follower: lost } = await begun()
  owner.journal.compactAside()
  await lost.turns(2)
  const next = new Follower(memory)
  await next.turns(8)
  assert.equal(await compacted(owner, next), 'done')
  assert.deepEqual((await next.takeOver()).held, owner.held)
})

test('a copy with all that came meanwhile may be as long as what it copies', async () => {
  const memory = newJournalMemory(2 ** 20)
  const owner = await Owner.open(memory)
  for (let n = 0; n < 4; n++) owner.set(`key ${n}`, word(n))
  const follower = new Follower(memory)
  await follower.turns(4)
  owner.journal.compactAside()
  await follower.turns(1)
  for (let n = 4; n < 10; n++) owner.set(`key ${n}`, word(n))
  assert.throws(() => owner.set('one', word(10)), /bytes of the journal are used/)
  const used = owner.journal.bytes
  assert.equal(await compacted(owner, follower), 'done')
  assert.equal(owner.journal.bytes, used)
  assert.deepEqual((await Owner.open(memory)).held, owner.held)
})

test('a snapshot that does not fit comes to nothing, is said once, and changes nothing', async () => {
  const memory = newJournalMemory(2 ** 20)
  const owner = await Owner.open(memory)
  owner.set('key', 'word')
  const follower = new Follower(memory, (held) => ({
    ...projecting(held),
    snapshot: () => Array.from({ length: 11 }, (_, n) => record(`key ${n}`, word(n))),
  }))
  await follower.turns(2)
  assert.equal(await compacted(owner, follower), 'failed')
  assert.equal(owner.journal.compactAside(), 'asked')
  owner.set('another', 'word')
  owner.compact()
  assert.deepEqual((await Owner.open(memory)).held, owner.held)
})

test('a record that was damaged behind the copy is not adopted, and the owner still writes what it said', async () => {
  const { memory, owner, follower } = await begun()
  owner.journal.compactAside()
  const header = new JournalHeader(memory)
  for (let turns = 0; header.copy.kind !== 'ready'; turns++) {
    assert.ok(turns < 20)
    await follower.turns(1)
  }
  owner.set('key 0', 'whole')
  const bytes = new Uint8Array(memory)
  const at = header.offsetOf(header.live) + owner.journal.bytes - 1
  for (let byte = at - 15; byte <= at; byte++) bytes[byte] = (bytes[byte] ?? 0) ^ 0x10
  assert.equal(owner.journal.compactAside(), 'failed')
  owner.compact()
  assert.deepEqual((await Owner.open(memory)).held, owner.held)
})

test('an owner is not kept waiting for ever by a follower that does not let go', async () => {
  const { memory, owner } = await begun()
  const header = new JournalHeader(memory)
  header.moveCopy({ kind: 'wish' })
  header.moveCopy({ kind: 'begin', by: header.nextFollower() })
  assert.throws(() => owner.compact(), /the journal is full, and being compacted; try again/)
  owner.set('key 0', 'goes on')
  assert.deepEqual((await Owner.open(memory)).held, owner.held)
})

test('whoever acts when, what is held is what was recorded', async () => {
  const deed = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('set'), key: fc.nat(5), size: fc.nat(long) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('aside') }) },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('compact', 'take over', 'another', 'restart') }),
    },
  )
  let done = 0
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 60 }), async (deeds) => {
      const memory = newJournalMemory(2 ** 22)
      let owner = await Owner.open(memory)
      let follower = new Follower(memory)
      const said: Held = new Map()
      let count = 0
      for (const act of deeds) {
        if ('key' in act) {
          const text = String(count++).padStart(act.size, '.')
          try {
            owner.set(`key ${act.key}`, text)
            said.set(`key ${act.key}`, text)
          } catch {
            owner.compact()
          }
        } else if ('count' in act) await follower.turns(act.count)
        else if (act.kind === 'aside') done += owner.journal.compactAside() === 'done' ? 1 : 0
        else if (act.kind === 'compact') owner.compact()
        else if (act.kind === 'restart') owner = await Owner.open(memory)
        else {
          if (act.kind === 'take over') owner = await follower.takeOver()
          follower = new Follower(memory)
        }
        assert.deepEqual(owner.held, said)
      }
      assert.deepEqual((await Owner.open(memory)).held, said)
    }),
    { numRuns: 300 },
  )
  assert.ok(done > 10, `${done} compactions were made aside`)
})
