import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { system } from '../../testing.ts'
import { openPool } from './pool.ts'

const lines: string[] = []
const log = { ...system.log, error: (message: string) => void lines.push(message) }
const workerUrl = new URL('fixtures/mortal.worker.js', import.meta.url).href
const pool = openPool(workerUrl, 1, { keys: new Map() }, log)
// A pool at rest does not keep a process alive.
const alive = setInterval(() => {}, 1_000)
after(() => {
  clearInterval(alive)
  return pool.close()
})

const batch = (circuit: string) => ({
  circuit,
  claims: [{ proof: Uint8Array.of(1), inputs: [] }],
  weights: new Uint8Array(16),
})

test('a batch comes back with its verdicts', async () => {
  assert.deepEqual(await pool.verify(batch('fine')), [null])
})

test('a worker that throws costs its batch', async () => {
  await assert.rejects(pool.verify(batch('faulty')), /a fault/)
  assert.deepEqual(await pool.verify(batch('fine')), [null])
})

test('a thread that ends costs its batch, and the next batch gets a new thread', async () => {
  await assert.rejects(pool.verify(batch('deadly')))
  assert.deepEqual(await pool.verify(batch('fine')), [null])
})

test('a batch that is in work when the pool closes is rejected, not forgotten', async () => {
  const other = openPool(workerUrl, 1, { keys: new Map() }, log)
  const asked = assert.rejects(other.verify(batch('fine')))
  await other.close()
  await asked
})
