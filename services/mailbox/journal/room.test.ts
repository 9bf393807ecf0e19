import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callBy, refusal } from '../../testing.ts'
import { Room } from './room.ts'

const { call } = callBy()

test('three quarters of a journal may be kept, and the rest is for what makes room', () => {
  let taken = 50
  const room = new Room(100, () => taken)
  room.mustHold(25, 'delete posts', call)
  const full = refusal('Full', /100 bytes \(journalBytesMax\) .* delete posts, or raise it/)
  assert.throws(() => room.mustHold(26, 'delete posts', call), full)
  taken = 51
  assert.throws(() => room.mustHold(25, 'delete posts', call), full)
})
