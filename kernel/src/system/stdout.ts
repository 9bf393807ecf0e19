/** Standard output, as a sink of whole lines. */

import { pino } from 'pino'

/** What may wait for a reader that is slow; lines beyond it are dropped and counted. */
const waitingBytesMax = 4 * 2 ** 20
/** How often the last lines are tried again at the end, a tenth of a second apart. */
const lastTriesMax = 20

export interface StandardOutput {
  write(line: string): void
  /** Lines that a slow reader left no room for. */
  readonly dropped: number
}

/**
 * Writes do not wait: a reader that stalls holds back its own lines and never the node. What still waits when
 * the process ends is written then. A reader that goes away, or a full disk behind a redirection, loses lines
 * and does not end the node.
 */
export function standardOutput(): StandardOutput {
  let dropped = 0
  let ending = false
  let lastTries = 0
  const destination = pino.destination({
    dest: 1,
    sync: false,
    maxLength: waitingBytesMax,
    retryEAGAIN: () => !ending || ++lastTries < lastTriesMax,
  })
  destination.on('error', () => undefined)
  destination.on('drop', () => dropped++)
  process.once('exit', () => {
    ending = true
    try {
      destination.flushSync()
    } catch {
      // Nobody is left to tell.
    }
  })
  return {
    write: (line) => destination.write(line),
    get dropped() {
      return dropped
    },
  }
}
