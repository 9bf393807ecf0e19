import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, refusal, system } from '../testing.ts'
import start from './service.ts'

test('a node without circuits is healthy and refuses every operation, saying that no setting would help', async () => {
  const node = await start({ config: {}, peers: {}, ...system })
  const { handle } = node
  const notEnabled = refusal('NotEnabled', /built without circuits.*no setting turns them on/)
  await assert.rejects(
    async () => handle.verify({ circuit: 'x', body: new Uint8Array(0) }, call()),
    notEnabled,
  )
  await assert.rejects(async () => handle.circuits({}, call()), notEnabled)
  assert.deepEqual(node.health(), { state: 'ready' })
  await node.stop()
})
