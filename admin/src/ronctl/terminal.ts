/** The process as a place where a command goes on: standard output, its size, and Ctrl-C. */

import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { Live } from './live.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function terminal(output: NodeJS.WriteStream): Live {
  const stopping = new AbortController()
  const { signal: stop } = stopping
  const end = () => stopping.abort()
  for (const name of signals) process.on(name, end)
  output.on('error', end)
  return {
    stop,
    async write(text) {
      if (output.write(text) || stop.aborted) return
      // Whoever closes the pipe never drains it.
      await once(output, 'drain', { signal: stop }).catch(() => undefined)
    },
    size() {
      const { isTTY, columns, rows } = output
      return isTTY ? { columns, rows } : null
    },
    async pause(ms) {
      await pause(ms, undefined, { signal: stop }).catch(() => undefined)
    },
    end() {
      for (const name of signals) process.off(name, end)
    },
  }
}
