import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failing, lastly, onward } from './at-once.ts'

const thrown = new Error('thrown')
const fail = (): never => {
  throw thrown
}

test('a result that is there is gone on with in the same turn, and one that is coming when it has come', async () => {
  assert.equal(
    onward(1, (n) => n + 1),
    2,
  )
  const coming = onward(Promise.resolve(1), (n) => n + 1)
  assert.ok(coming instanceof Promise)
  assert.equal(await coming, 2)
  assert.throws(() => onward(1, fail), thrown)
  await assert.rejects(async () => onward(Promise.resolve(1), fail), thrown)
  await assert.rejects(async () => onward(Promise.reject(thrown), fail), thrown)
})

test('what is done last is done once, after a result, a throw or a rejection, and never before', async () => {
  const order: string[] = []
  const last = () => void order.push('last')
  const work = () => void order.push('work')
  lastly(work, last)
  assert.throws(() => lastly(fail, last), thrown)
  assert.deepEqual(order.splice(0), ['work', 'last', 'last'])
  let finish = () => {}
  const working = new Promise<void>((resolve) => {
    finish = resolve
  })
  const done = lastly(() => working, last)
  assert.deepEqual(order, [])
  finish()
  await done
  await assert.rejects(async () => lastly(() => Promise.reject(thrown), last), thrown)
  assert.deepEqual(order, ['last', 'last'])
})

test('a failure becomes another one, whether it is thrown or comes later, and a result stays as it is', async () => {
  const other = new Error('other')
  const failed = (cause: unknown) => (cause === thrown ? other : cause)
  assert.equal(
    failing(() => 1, failed),
    1,
  )
  assert.equal(await failing(async () => 1, failed), 1)
  assert.throws(() => failing(fail, failed), other)
  await assert.rejects(async () => failing(() => Promise.reject(thrown), failed), other)
})
