import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pipelinings, type Contender, type Pipelining } from './contender.ts'
import { sideBySide } from './side-by-side.ts'

const size = { trial: 256, messages: 512, rounds: 3 }
const absent: Contender = { name: 'absent', start: async () => null }

test('each is tried in every way, measured in one of them, and stopped', async () => {
  const sent: { readonly count: number; readonly by: Pipelining }[] = []
  let [drained, stopped] = [0, 0]
  const server: Contender = {
    name: 'there',
    start: async () => ({
      how: ({ batch, depth }) => `${batch} × ${depth}`,
      send: async (count, by) => void sent.push({ count, by }),
      drain: async (count) => void (drained += count),
      stop: async () => void stopped++,
    }),
  }
  const [there, missing] = await sideBySide([server, absent], size)
  const trials = sent.filter(({ count }) => count === size.trial)
  assert.deepEqual(new Set(trials.map(({ by }) => by)), new Set(pipelinings))
  const rounds = sent.filter(({ count }) => count === size.messages)
  assert.equal(rounds.length, size.rounds)
  assert.equal(new Set(rounds.map(({ by }) => by)).size, 1)
  assert.equal(
    drained,
    sent.reduce((sum, { count }) => sum + count, 0),
  )
  assert.equal(stopped, 1)
  const { batch, depth } = rounds[0]?.by ?? { batch: 0, depth: 0 }
  assert.equal(there?.found?.how, `${batch} × ${depth}`)
  assert.deepEqual(missing, { name: 'absent', found: null })
})

test('when one fails, all that were started are stopped', async () => {
  let stopped = 0
  const failing: Contender = {
    name: 'failing',
    start: async () => ({
      how: () => '',
      send: () => Promise.reject(new Error('refused')),
      drain: async () => {},
      stop: async () => void stopped++,
    }),
  }
  await assert.rejects(sideBySide([failing], size), /refused/)
  assert.equal(stopped, 1)
})
