/**
 * The node's log: one JSON object a line, `{"level","ts","service","amnesia",…,"msg"}`, or columns for a
 * person. Where lines go and what time it is arrive as arguments.
 */

import { pino } from 'pino'
import type { Clock } from '../ports/clock.ts'
import type { Log, LogFields } from '../ports/log.ts'
import { prettyLine } from './pretty.ts'
import { logRecord } from './record.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Takes whole lines. */
export interface Sink {
  write(line: string): void
}

export interface LoggingOptions {
  readonly level: LogLevel
  readonly format: 'json' | 'pretty'
  /** On every line, as the blueprint asks. */
  readonly amnesia: boolean
  readonly clock: Clock
  readonly sink: Sink
}

export interface Logging {
  /** A log whose lines carry this service's name, unless a line names another. */
  for(service: string): Log
  /** The least severe level that is written from here on. */
  setLevel(level: LogLevel): void
}

export function logging({ level, format, amnesia, clock, sink }: LoggingOptions): Logging {
  const destination = format === 'json' ? sink : { write: (line: string) => sink.write(prettyLine(line)) }
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"ts":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  return {
    setLevel(next) {
      logger.level = next
    },
    for(service) {
      const bound: LogFields = { service, amnesia }
      const write = (at: LogLevel, message: string, own: LogFields = {}): void => {
        // Below the level nothing is searched for secrets, since nothing is written.
        if (!logger.isLevelEnabled(at)) return
        const record = logRecord(message, bound, own)
        logger[at](record.fields, record.message)
      }
      return {
        debug: (message, own) => write('debug', message, own),
        info: (message, own) => write('info', message, own),
        warn: (message, own) => write('warn', message, own),
        error: (message, own) => write('error', message, own),
      }
    },
  }
}
