/** The threads that verify batches, as one function. A thread that dies costs the batch it had and is replaced. */

import { Piscina } from 'piscina'
import type { Log } from '@ron/kernel/ports/log'
import type { Verdict } from '../snark/verifier.ts'
import type { WorkerBirth } from '../zk-verify.worker.ts'
import type { Batch } from './desk.ts'

export interface Pool {
  readonly verify: (batch: Batch) => Promise<readonly Verdict[]>
  close(): Promise<void>
}

/** Enough for the tables of some hundred keys; a batch takes a few hundred kilobytes beside the curve's own memory. */
const heapMib = 64
/** The part of it for what has just been made. What V8 gives unasked is 48 MiB, to which it grows in some 100,000 proofs. */
const youngMib = 6

/** `workerUrl` is where the compiled `zk-verify.worker.ts` lies. */
export function openPool(workerUrl: string, workers: number, birth: WorkerBirth, log: Log): Pool {
  const pool = new Piscina<Batch, Verdict[]>({
    filename: workerUrl,
    minThreads: workers,
    maxThreads: workers,
    // The desk never has more batches in work than there are threads.
    maxQueue: workers,
    workerData: birth,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapMib, maxYoungGenerationSizeMb: youngMib },
    recordTiming: false,
  })
  pool.on('error', (cause: Error) => log.error('a verifying thread ended', { because: cause.message }))
  return {
    verify: (batch) => pool.run(batch),
    close: () => pool.destroy(),
  }
}
