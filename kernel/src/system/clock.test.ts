import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { systemClock } from './clock.ts'

test('steady time is the same in every thread, whenever it began', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData).then(({ systemClock }) => parentPort.postMessage(systemClock.monotonic()))`
  const workerData = new URL('./clock.js', import.meta.url).href
  const before = systemClock.monotonic()
  const [inThread]: unknown[] = await once(new Worker(source, { eval: true, workerData }), 'message')
  const after = systemClock.monotonic()
  assert.ok(
    typeof inThread === 'number' && before < inThread && inThread < after,
    `${before} ${inThread} ${after}`,
  )
})
