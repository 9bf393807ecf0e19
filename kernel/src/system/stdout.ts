/** Standard output, as a sink of whole lines. */

import { pino } from 'pino'

/**
 * Writes are synchronous, so the last line before an end is written. A reader that goes away, or a full
 * disk behind a redirection, loses lines and does not end the node.
 */
export function standardOutput(): { write(line: string): void } {
  const destination = pino.destination({ dest: 1, sync: true })
  destination.on('error', () => undefined)
  return destination
}
