/** How drivers run what is above them. */

import type { Log } from '@ron/kernel/ports/log'

/** Runs a handler. A mistake in it must not end the process from inside a library: it is logged, and false is told. */
export function guarded(log: Log, run: () => void): boolean {
  try {
    run()
    return true
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error)
    log.error('a handler of the listener failed', { error: stack })
    return false
  }
}
