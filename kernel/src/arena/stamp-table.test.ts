import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newStampMemory, StampTable } from './stamp-table.ts'

test('a key that was changed has another stamp, for whoever looks at the same memory', () => {
  const memory = newStampMemory()
  const [service, reader] = [new StampTable(memory), new StampTable(memory)]
  const [changed, other] = [reader.of('a name x'), reader.of('a name y')]
  service.advance('a name x')
  assert.notEqual(reader.of('a name x'), changed)
  assert.equal(reader.of('a name y'), other)
})

test('the next thread of a service makes every stamp another one', () => {
  const table = new StampTable(newStampMemory())
  const keys = Array.from({ length: 100 }, (_, n) => `key ${n}`)
  const before = keys.map((key) => table.of(key))
  table.advanceAll()
  for (const [at, key] of keys.entries()) assert.notEqual(table.of(key), before[at])
})

test('a counter that has wrapped goes on giving other stamps', () => {
  const memory = newStampMemory()
  const table = new StampTable(memory)
  new Int32Array(memory).fill(-1)
  const before = table.of('x')
  table.advance('x')
  assert.notEqual(table.of('x'), before)
  table.advanceAll()
  assert.ok(Number.isSafeInteger(table.of('x')) && table.of('x') >= 0)
})

test('names that differ little seldom share a stamp', () => {
  const table = new StampTable(newStampMemory())
  const before = Array.from({ length: 2_000 }, (_, n) => table.of(`t name hot/${n}`))
  table.advance('t name hot/7')
  const moved = before.filter((stamp, n) => table.of(`t name hot/${n}`) !== stamp)
  assert.ok(moved.length <= 2, `${moved.length} moved`)
})
