/**
 * An overloaded node sheds features before it fails as a whole, says so wherever somebody might look, and takes them back.
 * It is overloaded by being stopped most of the time, as on a machine that has no processor for it.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'

const node = await startNode()
const ask = asker(node)
const readyz = async () => {
  const reply = await ask('GET /readyz')
  return { ...reply, said: reply.json<{ ready: boolean; shed?: readonly string[] }>() }
}

test('a node without time sheds features in order, and keeps objects, queues, auth and policy', async () => {
  assert.equal((await readyz()).said.shed, undefined)
  for (let round = 0; round < 10; round++) {
    node.signal('SIGSTOP')
    await pause(900)
    node.signal('SIGCONT')
    await pause(20)
  }
  const { status, headers, said } = await readyz()
  const shed = said.shed ?? []
  assert.equal(status, 200)
  assert.deepEqual(shed, ['media', 'search', 'feed', 'graph'].slice(0, shed.length))
  assert.ok(shed.includes('search'), `shed: ${shed.join(', ')}`)
  assert.equal(headers.get('x-node-degraded'), shed.join(', '))

  const refused = await ask('GET /search?q=a')
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('x-node-degraded'), shed.join(', '))
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  assert.equal(refused.json<Problem>().explain?.rule, 'shed-search')

  const { value } = await scrape(node)
  assert.equal(value('feature_shed{feature="search"}'), 1)
  assert.equal((await ask('PUT /objects/kept', { body: 'x' })).status, 201)
  assert.equal((await ask('GET /objects/kept')).text, 'x')
  assert.equal((await ask('GET /objects/kept', { token: null })).status, 401)
})

test('once it has time again everything comes back', async () => {
  await eventually('search to be served', async () => (await ask('GET /search?q=a')).status === 200)
  await eventually('nothing to be shed', async () => (await readyz()).said.shed === undefined)
  assert.equal((await scrape(node)).value('feature_shed{feature="media"}'), 0)
})
