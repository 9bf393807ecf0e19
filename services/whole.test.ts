import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { journalPlace, opened, refusal, system } from './testing.ts'
import { Whole } from './whole.ts'

const openAt = (place: ReturnType<typeof journalPlace>) => Whole.open(place.open(), system.log)

test('what was recorded last is what the next thread finds', async () => {
  const place = journalPlace()
  assert.equal((await openAt(place)).text, null)
  const first = await openAt(place)
  first.record('one')
  first.record('né 東京')
  assert.equal(first.acknowledge('done'), 'done')
  assert.equal((await openAt(place)).text, 'né 東京')
  assert.equal((await openAt(place)).text, 'né 東京')
})

test('a thousand changes fit where two do, and one that does not fit changes nothing', async () => {
  const place = journalPlace(4096)
  const state = await openAt(place)
  for (let i = 0; i < 1000; i++) state.record(`${i} ${'x'.repeat(1000)}`)
  assert.throws(() => state.record('y'.repeat(4000)), refusal('Full', /raise test.journal_bytes_max/))
  assert.match(state.text ?? '', /^999 /)
  assert.match((await openAt(place)).text ?? '', /^999 /)
})

test('a record of another version is refused', async () => {
  const place = journalPlace()
  const journal = await opened(place)
  journal.append(Uint8Array.of(2, 65), 0)
  await assert.rejects(openAt(place), /has version 2, this node reads 1/)
})

test('whoever waits has what was recorded last, whether the journal was compacted meanwhile or not', async () => {
  for (const changes of [0, 1, 2, 100]) {
    const place = journalPlace(4096)
    const state = await openAt(place)
    state.record('long ago')
    const { journal, take } = place.follow()
    const next = Whole.open(journal, system.log)
    for (let i = 0; i < changes; i++) {
      state.record(`${i} ${'x'.repeat(1000)}`)
      if (i % 7 === 0) await turn()
    }
    take()
    assert.equal((await next).text, state.text)
  }
})
