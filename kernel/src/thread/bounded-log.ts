/**
 * A log for a thread: lines go to the kernel as messages, at most `linesMax` each second, for a service that
 * logs in a loop must not fill the kernel's memory. What was dropped is said when the second is over.
 */

import type { Clock } from '../ports/clock.ts'
import type { Log, LogFields } from '../ports/log.ts'
import type { LogLevel } from './control.ts'

const secondMs = 1_000

export function boundedLog(
  write: (level: LogLevel, message: string, fields: LogFields) => void,
  clock: Clock,
  linesMax: number,
): Log {
  let lines = 0

  const endOfSecond = () => {
    const dropped = lines - linesMax
    lines = 0
    if (dropped > 0) write('warn', 'log lines were dropped', { dropped })
  }
  const line =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      // A second begins with its first line.
      if (lines === 0) clock.after(secondMs, endOfSecond)
      lines++
      if (lines <= linesMax) write(level, message, fields)
    }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
