import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journalPlace, refusal, system } from './testing.ts'
import { Whole } from './whole.ts'

const openAt = (place: ReturnType<typeof journalPlace>) => new Whole(place.open(), system.log)

test('what was recorded last is what the next thread finds', () => {
  const place = journalPlace()
  assert.equal(openAt(place).text, null)
  const first = openAt(place)
  first.record('one')
  first.record('né 東京')
  assert.equal(first.acknowledge('done'), 'done')
  assert.equal(openAt(place).text, 'né 東京')
  assert.equal(openAt(place).text, 'né 東京')
})

test('a thousand changes fit where two do, and one that does not fit changes nothing', () => {
  const place = journalPlace(4096)
  const state = openAt(place)
  for (let i = 0; i < 1000; i++) state.record(`${i} ${'x'.repeat(1000)}`)
  assert.throws(() => state.record('y'.repeat(4000)), refusal('Full', /raise test.journal_bytes_max/))
  assert.match(state.text ?? '', /^999 /)
  assert.match(openAt(place).text ?? '', /^999 /)
})

test('a record of another version is refused', () => {
  const place = journalPlace()
  const journal = place.open()
  journal.replay(() => {})
  journal.append(Uint8Array.of(2, 65), 0)
  assert.throws(() => openAt(place), /has version 2, this node reads 1/)
})
