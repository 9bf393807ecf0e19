/** Load from `wrk`, a process of its own that is not written in the language it measures. */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = new URL('../src/wrk.lua', import.meta.url).pathname

export interface Load {
  readonly url: string
  readonly token: string
  /** `MIX`: both, of both sizes, in turn. */
  readonly method: 'GET' | 'PUT' | 'MIX'
  /** `1k` or `64k`: what is put; a GET says it in its path. */
  readonly size: string
  readonly connections: number
  readonly seconds: number
  /** Answers that take longer are counted. */
  readonly limitMs?: number
}

export interface Outcome {
  /** Answers of any kind. */
  readonly perSecond: number
  /** Those that were neither 2xx nor 3xx. */
  readonly refusedPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Counted extends Outcome {
  readonly answers: number
  /** Those that took longer than the limit; 0 without one. */
  readonly late: number
}

/** Rejects when anything was refused, or a connection was lost. */
export async function load(what: Load): Promise<Counted> {
  const outcome = await loadAnyhow(what)
  if (outcome.refusedPerSecond > 0)
    throw new Error(
      `${what.method} of ${what.size}: ${outcome.refusedPerSecond} requests a second were refused`,
    )
  return outcome
}

/** Rejects when a connection was lost. */
export async function loadAnyhow(what: Load): Promise<Counted> {
  const { url, token, method, size, connections, seconds, limitMs = Infinity } = what
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    '-s',
    script,
    url,
    '--',
    method,
    size,
    token,
  ]
  const env = { ...process.env, LATE_MICROSECONDS: String(limitMs * 1_000) }
  const { stdout } = await run('wrk', args, { env })
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  const answers = Number(/(\d+) requests in/.exec(stdout)?.[1])
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0)
  const [lost] = /Socket errors: .*/.exec(stdout) ?? []
  if (lost !== undefined && !/connect 0, read 0, write 0,/.test(lost))
    throw new Error(`${method} of ${size}: connections were lost. ${lost}`)
  return {
    perSecond,
    refusedPerSecond: (refused / answers) * perSecond,
    p50Ms: milliseconds(/50%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    answers,
    late: Number(/^Late: (\d+)$/m.exec(stdout)?.[1]),
  }
}

function milliseconds(match: RegExpExecArray | null): number {
  const [, value, unit] = match ?? []
  return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1_000 : 1)
}
