import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { NodeError } from './error.ts'
import { Turns } from './turns.ts'

const nobody = new AbortController().signal

test('places are taken until there are none; then it is first come, first served', async () => {
  const turns = new Turns(10)
  turns.give(1)
  await turns.take(nobody)
  const served: string[] = []
  const first = turns.take(nobody).then(() => served.push('first'))
  const second = turns.take(nobody).then(() => served.push('second'))
  turns.give()
  await first
  assert.deepEqual(served, ['first'])
  turns.give()
  await second
  assert.deepEqual(served, ['first', 'second'])
})

test('who gives up leaves the line, and the place goes to the next', async () => {
  const turns = new Turns(10)
  const caller = new AbortController()
  const impatient = turns.take(caller.signal)
  const patient = turns.take(nobody)
  caller.abort(new Error('enough'))
  await assert.rejects(impatient, /enough/)
  assert.equal(turns.waiting, 1)
  turns.give()
  await patient
})

test('who has given up already takes no place', async () => {
  const turns = new Turns(10)
  turns.give()
  await assert.rejects(turns.take(AbortSignal.abort(new Error('before'))), /before/)
  await turns.take(nobody)
})

test('the line is bounded, and says so in the way a full node does', async () => {
  const turns = new Turns(2)
  const line = [turns.take(nobody), turns.take(nobody)]
  await assert.rejects(turns.take(nobody), (error) => error instanceof NodeError && error.code === 'Busy')
  turns.give(2)
  await Promise.all(line)
})

test('when there will be no more turns, everyone is told, now and later', async () => {
  const turns = new Turns(10)
  const waiting = [turns.take(nobody), turns.take(nobody)]
  turns.end(new Error('over'))
  await Promise.all(waiting.map((one) => assert.rejects(one, /over/)))
  turns.give()
  await assert.rejects(turns.take(nobody), /over/)
})

test('nobody who has left the line is still listening', async () => {
  const turns = new Turns(10)
  const { signal } = new AbortController()
  const served = turns.take(signal)
  turns.give()
  await served
  const refused = turns.take(signal)
  turns.end(new Error('over'))
  await assert.rejects(refused)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
