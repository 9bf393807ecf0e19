/** Policy that cannot be asked: whatever nobody has decided is denied while it is out, and allowed again afterwards. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { inspected, runInThread } from './thread-killer.ts'

const node = await startNode({
  args: ['--set', 'supervision.hang_after=2s'],
  env: inspected,
})
const ask = asker(node)
const admin = asker({ url: node.admin, token: node.token })

test('while policy does not answer, requests are denied; when it is back, they are served', async () => {
  assert.equal((await ask('PUT /objects/before', { body: 'x' })).status, 201)
  await runInThread(node, 'policy', 'for (;;);')
  let asked = 0
  let denied = 0
  // Each is of a path for which no decision is remembered.
  const admitted = async () => {
    const reply = await ask(`PUT /objects/during-${asked++}`, { body: 'x' })
    if (reply.status === 201) return true
    denied += 1
    const { code, retryable, explain } = reply.json<Problem>()
    assert.deepEqual([reply.status, code, retryable, explain?.wall], [503, 'Unavailable', true, 'policy'])
    return false
  }
  await eventually('policy to be out', async () => !(await admitted()))
  assert.equal((await admin('GET /healthz')).status, 200, 'the admin plane does not ask policy')
  await eventually('policy to be back', admitted)
  assert.equal((await scrape(node)).value('rejected_total{reason="policy"}'), denied)
  for (let at = 0; at < asked; at++) {
    const { status } = await ask(`GET /objects/during-${at}`)
    assert.ok([200, 404].includes(status), 'what was denied is absent, and all else is there')
  }
})
