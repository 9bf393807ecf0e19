/** How the process of a node ended, and what that asks of its guard. Pure. */

import { constants } from 'node:os'

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What was heard of a process while it lived. */
export interface Story {
  /** It was ready at some time. */
  readonly ready: boolean
  /** It said that it stops because it was asked to. */
  readonly stopping: boolean
}

/** Nothing was started: the command line or the configuration is wrong. */
const refused = 2

/**
 * Whether it died by itself, so that another try makes sense. Who was asked to stop has stopped, whatever the
 * exit code, and a start that ends with one sentence ends with the same sentence again.
 */
export function diedByItself({ code, signal }: Ending, { ready, stopping }: Story): boolean {
  if (stopping || code === 0 || code === refused) return false
  return signal !== null || ready
}

/** As a shell tells it: of a signal, 128 and its number. */
export function exitCodeOf({ code, signal }: Ending): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

/** For a person. */
export function told({ code, signal }: Ending): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`
}
