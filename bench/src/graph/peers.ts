/**
 * The same edges in SQLite and in PostgreSQL, where they are installed: a table with an index on its source, the
 * neighbors of anyone by it, and a recursive query for two hops. Nodes are integers there, which is the better
 * for them. SQLite is asked inside its own process; PostgreSQL by pgbench, prepared, over a socket.
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { linksOf, type Dataset } from './dataset.ts'

const postgres = '/usr/lib/postgresql'
const sqliteScript = new URL('../../src/graph/sqlite.py', import.meta.url).pathname
const seconds = 3
const startTriesMax = 100
const pauseMs = 100
const port = 54_329
/** Without rights of its own: PostgreSQL refuses to run as the system's administrator. */
const nobody = 65_534

export interface PeerRates {
  readonly name: string
  readonly oneHopPerSecond: number
  readonly twoHopsPerSecond: number
}

/** A peer that is not installed is null. */
export async function peers(
  dataset: Dataset,
): Promise<{ readonly sqlite: PeerRates | null; readonly postgres: PeerRates | null }> {
  const folder = mkdtempSync(join(tmpdir(), 'graph-'))
  chmodSync(folder, 0o777)
  try {
    const table = join(folder, 'edges.tsv')
    writeFileSync(table, Array.from(linesOf(dataset)).join(''))
    return { sqlite: askSqlite(table, dataset), postgres: await askPostgres(folder, table, dataset) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function* linesOf(dataset: Dataset): Generator<string> {
  for (const { from, to, edge, weight } of linksOf(dataset)) {
    yield `${from.slice(5)}\t${to.slice(5)}\t${edge}\t${weight}\n`
  }
}

function askSqlite(table: string, { nodes }: Dataset): PeerRates | null {
  const args = ['-c', 'import sqlite3']
  try {
    execFileSync('python3', args, { stdio: 'ignore' })
  } catch {
    return null
  }
  const answer = execFileSync('python3', [sqliteScript, table, `${nodes}`, `${seconds}`], {
    encoding: 'utf8',
  })
  const [oneHopPerSecond = Number.NaN, twoHopsPerSecond = Number.NaN] = answer.split(' ').map(Number)
  return { name: 'SQLite', oneHopPerSecond, twoHopsPerSecond }
}

const oneHop = 'SELECT target, kind, weight FROM edges WHERE source = :node ORDER BY weight DESC LIMIT 100;'
const twoHops = `WITH RECURSIVE near(node, hops) AS (
  SELECT :node::integer, 0
  UNION SELECT e.target, near.hops + 1 FROM near JOIN edges e ON e.source = near.node WHERE near.hops < 2
) SELECT node, min(hops) FROM near GROUP BY node LIMIT 128;`

async function askPostgres(folder: string, table: string, { nodes }: Dataset): Promise<PeerRates | null> {
  const [version] = existsSync(postgres) ? readdirSync(postgres) : []
  if (version === undefined) return null
  const program = (name: string) => join(postgres, version, 'bin', name)
  const data = join(folder, 'data')
  const as = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const run = (name: string, args: readonly string[]) =>
    execFileSync(program(name), args, { ...as, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const where = ['-h', folder, '-p', `${port}`, '-U', 'bench']
  run('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '-N'])
  const settings = ['shared_buffers=512MB', 'fsync=off', 'listen_addresses='].flatMap((each) => ['-c', each])
  const server = spawn(program('postgres'), ['-D', data, '-k', folder, '-p', `${port}`, ...settings], {
    ...as,
    stdio: 'ignore',
  })
  const ended = once(server, 'exit')
  try {
    await untilReady(() => run('pg_isready', where.slice(0, 4)))
    const sql = (text: string) => run('psql', [...where, '-d', 'postgres', '-c', text])
    sql('CREATE TABLE edges (source integer, target integer, kind text, weight float8)')
    sql(`\\copy edges FROM '${table}'`)
    sql('CREATE INDEX ON edges (source)')
    sql('VACUUM ANALYZE edges')
    const ask = (query: string) => {
      const script = join(folder, 'ask.sql')
      writeFileSync(script, `\\set node random(0, ${nodes - 1})\n${query.replaceAll('\n', ' ')}\n`)
      const args = ['-n', '-M', 'prepared', '-c', '4', '-T', `${seconds}`, '-f', script, 'postgres']
      return Number(/tps = ([\d.]+)/.exec(run('pgbench', [...where, ...args]))?.[1])
    }
    return { name: 'PostgreSQL', oneHopPerSecond: ask(oneHop), twoHopsPerSecond: ask(twoHops) }
  } finally {
    server.kill('SIGINT')
    await ended
  }
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
