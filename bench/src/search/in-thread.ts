/** The index with so many documents, in a thread with the heap that the kernel gives to that of a service. */

import { Worker } from 'node:worker_threads'
import type { SearchFound } from './thread.ts'

const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 12 }

export function measureIndex(size: number, seed: number): Promise<SearchFound> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: { size, seed },
    resourceLimits,
    execArgv: [],
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
