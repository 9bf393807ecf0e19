import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acknowledgeBy } from './acknowledge.ts'

test('what is settled is acknowledged at once', () => {
  assert.equal(acknowledgeBy(() => null)('done'), 'done')
})

test('what is not settled yet is acknowledged when it is, and not at all when the journal is lost', async () => {
  let settle = () => {}
  const settling = new Promise<void>((resolve) => {
    settle = resolve
  })
  let answered = false
  const answer = Promise.resolve(acknowledgeBy(() => settling)('done')).finally(() => (answered = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, false)
  settle()
  assert.equal(await answer, 'done')
  const lost = acknowledgeBy(() => Promise.reject(new Error('the disk is gone')))
  await assert.rejects(async () => lost('done'), /the disk is gone/)
})
