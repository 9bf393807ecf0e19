/**
 * Nothing that was acknowledged is lost when the thread of the index ends, and nothing that operators set when
 * the thread of policy or overlay does.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

test('edges and documents are there after each end of the index thread, and what was removed is not', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  for (const [round, line] of ['process.exit(7)', 'throw new Error("thrown from outside")'].entries()) {
    const edges = ['x', 'y', 'z'].map((to) => ({ from: 'ann', to: `${to}${round}`, weight: round + 1 }))
    await ask('POST /graph/edges', { json: { edges } })
    await ask(`PUT /search/docs/kept${round}`, { json: { fields: { body: `apple pie ${round}` } } })
    await ask('PUT /search/docs/removed', { json: { fields: { body: 'apple' } } })
    assert.equal((await ask('DELETE /search/docs/removed')).status, 204)
    const questions = ['GET /graph?q=ann', 'GET /search?q=apple', `GET /search/docs/kept${round}`] as const
    const before = await Promise.all(questions.map(async (question) => (await ask(question)).text))
    await restartThread(node, 'index', line)
    const after = await Promise.all(questions.map(async (question) => (await ask(question)).text))
    assert.deepEqual(after, before)
    assert.equal((await ask('GET /search/docs/removed')).status, 404)
  }
})

test('a bundle and a ceiling that an operator set hold after the end of the threads that keep them', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  const rules = [
    { id: 'no.feed', when: { path: '/feed/*' }, action: 'deny' },
    { id: 'rest', when: {}, action: 'allow' },
  ]
  const put = await ask('PUT /policy/bundle', { body: JSON.stringify({ version: 9, rules }) })
  assert.equal(put.status, 200, put.text)
  assert.equal((await ask('PUT /overlay/ceilings', { json: { peer_inflight_max: 33 } })).status, 200)
  await restartThread(node, 'policy', 'process.exit(7)')
  await restartThread(node, 'overlay', 'process.exit(7)')
  assert.match((await ask('GET /feed/home?user=ann')).text, /no\.feed/)
  const ceilings = (await ask('GET /overlay/ceilings')).json<{ peer_inflight_max: number }>()
  assert.equal(ceilings.peer_inflight_max, 33)
})
