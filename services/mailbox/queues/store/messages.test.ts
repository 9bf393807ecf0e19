import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from '../../bounds/budget.ts'
import { letterOf, named, namesOf } from '../../testing/named.ts'
import { noSlot } from './key-index.ts'
import { Messages, overheadBytes } from './messages.ts'
import { ranOut } from './reason.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function rig(bytesMax = 100_000) {
  const bytes = new Budget('bytesMax', bytesMax)
  const messages = new Messages(bytes)
  const add = (id: string, payload = id) =>
    messages.add(named(id), 0, letterOf('k', new TextEncoder().encode(payload)), 5)
  return { bytes, messages, add, find: (id: string) => messages.find(named(id), 0) }
}

test('a message is found by its id until it is released, and its slot is the next one’s', () => {
  const { messages, add, find, bytes } = rig()
  const [a, b] = [add('a'), add('b')]
  assert.deepEqual([find('a'), find('b'), find('c'), messages.size], [a, b, noSlot, 2])
  assert.deepEqual([messages.columns.payloadBytes[a], messages.columns.sentAtMs[a]], [1, 5])
  assert.equal(text(messages.letter(b)).at(-1), 'b')
  messages.release(a)
  assert.deepEqual([find('a'), find('b'), add('c')], [noSlot, b, a])
  messages.release(b)
  messages.release(a)
  assert.equal(bytes.used, 0)
})

test('more messages than a lowered setting allows are kept all the same', () => {
  const { messages, add, find } = rig(10 * overheadBytes)
  const names = Array.from({ length: 100 }, (_, n) => `m${n}`)
  for (const name of names) add(name)
  assert.deepEqual(
    names.map((name) => [namesOf(messages.id(find(name)))[0], text(messages.letter(find(name))).slice(4)]),
    names.map((name) => [name, name]),
  )
})

test('a reason is kept as it was given, and paid for by the word', () => {
  const { messages, add, bytes } = rig()
  const slot = add('a')
  const before = bytes.used
  const said = 'half a pair: \ud800, and 你好'
  assert.equal(messages.giveReason(slot, { text: said, deaths: 0 }), 2 * said.length)
  assert.deepEqual(messages.reason(slot), { text: said, deaths: 0 })
  assert.equal(bytes.used, before + 2 * said.length)
  assert.equal(messages.giveReason(slot, { text: ranOut, deaths: 300 }), -2 * said.length)
  assert.deepEqual([messages.reason(slot), bytes.used], [{ text: ranOut, deaths: 300 }, before])
  messages.giveReason(slot, { text: '', deaths: 0 })
  assert.deepEqual(messages.reason(slot), { text: '', deaths: 0 })
  messages.giveReason(slot, null)
  assert.equal(messages.reason(slot), null)
  messages.giveReason(slot, { text: said, deaths: 1 })
  messages.release(slot)
  assert.equal(bytes.used, 0)
})
