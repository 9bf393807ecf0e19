import { test } from 'node:test'
import assert from 'node:assert/strict'
import { newStampMemory, StampTable } from '../arena/stamp-table.ts'
import { byKernel } from '../audit/audit.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import { nearStorage } from './near-storage.ts'

test('a read that is answered here is the same one, and at the end what is kept is overwritten', async () => {
  let asked = 0
  const fields = { outcome: 'whole', address: `b3:${'0'.repeat(64)}`, content_type: 'text/plain' }
  const far: Dispatch = {
    async call() {
      asked += 1
      return { fields, body: Uint8Array.from([1, 2, 3]) }
    },
    full: () => null,
  }
  const met: boolean[] = []
  const near = nearStorage(far, new StampTable(newStampMemory()), 65_536, (here) => met.push(here))
  const get = () => near.dispatch.call('storage', 'get', { name: 'a' }, null, { caller: byKernel })
  assert.deepEqual((await get()).body, Uint8Array.from([1, 2, 3]))
  const { body } = await get()
  assert.deepEqual([body, asked, met], [Uint8Array.from([1, 2, 3]), 1, [false, true]])
  near.wipe()
  assert.deepEqual(body, new Uint8Array(3))
  await get()
  assert.equal(asked, 2)
})
