import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Journal } from '@ron/kernel/ports/journal'
import { services } from './roster.ts'
import { simulate } from './simulate.ts'
import type { Footing } from './thread.ts'

test('a seed is one history, event for event', async () => {
  const [first, again, other] = [await simulate(11, 600), await simulate(11, 600), await simulate(12, 600)]
  assert.deepEqual(again, first)
  assert.notEqual(other.hash, first.hash)
})

test('histories have in them what they are for: calls that are acknowledged, crashes and hangs', async () => {
  const { acknowledged, crashes, hangs, broken } = await simulate(3, 3_000)
  assert.ok(acknowledged > 0 && crashes > 0 && hangs > 0)
  assert.deepEqual(broken, [])
})

/** The services, but what the ledger does with its journal goes through what `change` says. */
function withJournal(change: (journal: Journal) => Partial<Journal>) {
  return {
    ...services,
    ledger({ journal, ...footing }: Footing) {
      if (journal === null) throw new Error('the ledger was lent no journal')
      const same: Journal = {
        append: (record, spareBytes) => journal.append(record, spareBytes),
        settled: () => journal.settled(),
        replay: (begin) => journal.replay(begin),
        compact: (records) => journal.compact(records),
        compactAside: () => journal.compactAside(),
        bytes: 0,
        bytesMax: journal.bytesMax,
      }
      return services.ledger({ ...footing, journal: { ...same, ...change(journal) } })
    },
  }
}

test('histories have in them spares that follow the journal, and begin anew when it is compacted', async () => {
  let begunAnew = 0
  const watched = withJournal((journal) => ({
    replay(begin) {
      let begun = 0
      return journal.replay(() => {
        if (++begun > 1) begunAnew++
        return begin()
      })
    },
  }))
  const { broken } = await simulate(3, 3_000, { services: watched })
  assert.deepEqual(broken, [])
  assert.ok(begunAnew > 0)
})

test('histories have in them spares that make the copy, and go on in it', async () => {
  const ended: Record<string, number> = {}
  const watched = withJournal((journal) => ({
    compactAside() {
      const aside = journal.compactAside()
      ended[aside] = (ended[aside] ?? 0) + 1
      return aside
    },
  }))
  const { broken } = await simulate(4, 3_000, { services: watched })
  assert.deepEqual(broken, [])
  assert.ok((ended['done'] ?? 0) > 0, JSON.stringify(ended))
})

test('a ledger that acknowledges what it did not record is found out', async () => {
  const forgetful = withJournal(() => ({ append() {}, compact() {} }))
  const broken: string[] = []
  for (const seed of [1, 2, 3, 4, 5]) {
    broken.push(...(await simulate(seed, 1_500, { services: forgetful })).broken)
  }
  assert.match(broken.join('\n'), /acknowledged \d+ is (lost|not found)/)
})

test('a service that never lets go of what it was asked is found out', async () => {
  const stubborn = { ...services, desk: async () => ({ place: () => new Promise(() => {}) }) }
  const { broken } = await simulate(1, 500, { services: stubborn })
  assert.match(broken.join('\n'), /desk has \d+ places taken or handlers running/)
})
