/**
 * PostgreSQL with a cluster of its own in a temporary folder, asked over a Unix socket: one statement after the other by
 * psql, or by four clients at once with pgbench. Nothing is synced to the disk, which is the better for it.
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findProgram } from './peers.ts'

const settings = [
  ...['shared_buffers=1GB', 'work_mem=64MB', 'maintenance_work_mem=512MB', 'max_wal_size=8GB'],
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off', 'listen_addresses='],
]
/** Names the socket: nobody else has the folder it lies in. */
const port = '5432'
const clients = 4
/** Statements that psql is given at once. */
const statementsAtOnce = 10
const startTriesMax = 100
const pauseMs = 100
/** Without rights of its own: PostgreSQL refuses to run as the system's administrator. */
const nobody = 65_534

export interface Postgres {
  /** `14.2` and the like. */
  readonly version: string
  /** For files that it is to read; anybody may. */
  readonly folder: string
  sql(...statements: readonly string[]): void
  /** Milliseconds of each, as psql has them; as many as are answered in about so long. */
  timed(statements: readonly string[], forMs: number): readonly number[]
  /** Times a second that a script of pgbench, in one line, is run by four clients, prepared. */
  rate(script: string, seconds: number, seed: number): number
  stop(): Promise<void>
}

/** Null when it is not installed. */
export async function startPostgres(): Promise<Postgres | null> {
  const initdb = findProgram('initdb')
  if (initdb === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  chmodSync(folder, 0o777)
  const data = join(folder, 'data')
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  // Of one version, also where a link leads to it; Debian's wrappers know only clusters of their own.
  const programs = dirname(realpathSync(initdb))
  const program = (name: string) => join(programs, name)
  const run = (name: string, args: readonly string[]) =>
    execFileSync(program(name), args, {
      ...as,
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  run('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '-N', '-E', 'UTF8'])
  const args = ['-D', data, '-k', folder, '-p', port, ...settings.flatMap((setting) => ['-c', setting])]
  const server = spawn(program('postgres'), args, { ...as, cwd: folder, stdio: 'ignore' })
  const ended = once(server, 'exit')
  const stop = async () => {
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const where = ['-h', folder, '-p', port, '-U', 'bench']
  const psql = (text: string) => {
    const script = join(folder, 'run.sql')
    writeFileSync(script, text)
    return run('psql', [...where, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-f', script])
  }
  try {
    await untilReady(() => run('pg_isready', where.slice(0, 4)))
    return {
      version: /[\d.]+/.exec(run('postgres', ['--version']))?.[0] ?? '',
      folder,
      sql: (...statements) => void psql(statements.map((each) => `${each}\n`).join('')),
      timed: (statements, forMs) => timed(psql, statements, forMs),
      rate(script, seconds, seed) {
        const file = join(folder, 'ask.sql')
        writeFileSync(file, script)
        const how = ['-n', '-M', 'prepared', '-c', `${clients}`, '-T', `${seconds}`, '-f', file]
        const drawn = `--random-seed=${seed}`
        return Number(/tps = ([\d.]+)/.exec(run('pgbench', [...where, ...how, drawn, 'postgres']))?.[1])
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function timed(
  psql: (text: string) => string,
  statements: readonly string[],
  forMs: number,
): readonly number[] {
  const times: number[] = []
  const untilMs = performance.now() + forMs
  for (let at = 0; at < statements.length && performance.now() < untilMs; at += statementsAtOnce) {
    const some = statements.slice(at, at + statementsAtOnce)
    // What is found goes nowhere; how long it took is printed.
    const text = psql(['\\o /dev/null', '\\timing on', ...some, ''].join('\n'))
    times.push(...Array.from(text.matchAll(/^Time: ([\d.]+) ms/gm), ([, ms]) => Number(ms)))
  }
  return times
}

/** Until `look` does not throw any more. */
async function untilReady(look: () => void): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return look()
    } catch (thrown) {
      if (tries === startTriesMax) throw thrown
    }
    await pause(pauseMs)
  }
}
