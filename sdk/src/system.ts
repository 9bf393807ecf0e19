/** The outside as the SDK sees it: time and chance. The one file that asks for either. */

import { onAbort } from './abort.ts'

export interface System {
  /** Milliseconds, never going back. */
  monotonic(): number
  /** A number in [0, 1). */
  fraction(): number
  /** Runs `task` after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void
}

export const system: System = {
  monotonic: () => performance.now(),
  fraction: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}

/** Of a kind that only sessions need: the time of day, and bytes that nobody can guess. */
export const today = {
  now: () => Date.now(),
  bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
}

/** A number that nobody can guess, of 512 bits: modulo the order of a field as good as even. */
export function fieldElement(): bigint {
  return crypto.getRandomValues(new BigUint64Array(8)).reduce((number, part) => (number << 64n) | part, 0n)
}

/** Waits, or rejects with the signal's reason as soon as it aborts. */
export function pause(system: Pick<System, 'after'>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const cancel = system.after(ms, () => {
      release()
      resolve()
    })
    const release = onAbort(signal, () => {
      cancel()
      reject(signal.reason)
    })
  })
}
