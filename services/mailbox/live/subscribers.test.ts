import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@ron/kernel/contract/contract'
import type { TObject, TString } from 'typebox'
import { callBy, refusal } from '../../testing.ts'
import { Budget } from '../bounds/budget.ts'
import { Subscribers } from './subscribers.ts'

interface Note {
  text: string
}
type Watch = Operation<TObject, 'none', TObject, 'none', TObject<{ text: TString }>>

function rig(max = 10) {
  const budget = new Budget('subscribersMax', max)
  const subscribers = new Subscribers<Note>(budget, (count) => ({ text: `lost ${count}` }))
  const watch = (name = 'q', tenant = 't') => {
    const caller = callBy<Watch>(tenant, 10)
    return { ...caller, ended: subscribers.subscribe(tenant, name, caller.call) }
  }
  return { budget, subscribers, watch }
}

const note = () => ({ text: 'hello' })

test('everybody who watches a name gets its events, and nobody else', () => {
  const { subscribers, watch } = rig()
  const [one, two, elsewhere, stranger] = [watch(), watch(), watch('other'), watch('q', 'u')]
  subscribers.publish('t', 'q', note)
  assert.deepEqual([one.events, two.events], [[{ text: 'hello' }], [{ text: 'hello' }]])
  assert.deepEqual([elsewhere.events, stranger.events], [[], []])
})

test('an event nobody watches is not even made', () => {
  const { subscribers, watch } = rig()
  watch('other')
  subscribers.publish('t', 'q', () => assert.fail('made'))
})

test('a subscription ends with its tally when the caller leaves or the service stops', async () => {
  const { budget, subscribers, watch } = rig()
  const [leaver, stayer] = [watch(), watch()]
  subscribers.publish('t', 'q', note)
  leaver.abort()
  assert.deepEqual(await leaver.ended, { delivered: 1, lost: 0 })
  subscribers.publish('t', 'q', note)
  assert.equal(leaver.events.length, 1)
  subscribers.stop()
  assert.deepEqual(await stayer.ended, { delivered: 2, lost: 0 })
  assert.equal(budget.used, 0)
  assert.deepEqual([...subscribers.names('t')], [])
})

test('one subscription too many is refused until another ends', async () => {
  const { watch } = rig(1)
  const first = watch()
  assert.throws(() => watch(), refusal('Busy', /1 subscriptions are open, the limit \(subscribersMax\)/))
  first.abort()
  await first.ended
  watch()
})

test('a caller that is gone already subscribes to nothing', async () => {
  const { budget, subscribers } = rig()
  const caller = callBy<Watch>('t')
  caller.abort()
  assert.deepEqual(await subscribers.subscribe('t', 'q', caller.call), { delivered: 0, lost: 0 })
  assert.equal(budget.used, 0)
})
