/**
 * The same edges in SQLite and in PostgreSQL, where they are installed: a table with an index on its source, the
 * neighbors of anyone by it, and a recursive query for two hops. Nodes are integers there, which is the better
 * for them. SQLite is asked inside its own process; PostgreSQL by pgbench, prepared, over a socket.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLines } from '../rig/lines-file.ts'
import { findPython } from '../rig/peers.ts'
import { startPostgres } from '../rig/postgres.ts'
import { linksOf, type Dataset } from './dataset.ts'

const sqliteScript = new URL('../../src/graph/sqlite.py', import.meta.url).pathname
const seconds = 3

export interface PeerRates {
  readonly oneHopPerSecond: number
  readonly twoHopsPerSecond: number
}

/** Null when Python or its sqlite3 is not installed. */
export function askSqlite(dataset: Dataset): PeerRates | null {
  const python = findPython('sqlite3')
  if (python === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'graph-'))
  try {
    const table = join(folder, 'edges.tsv')
    writeLines(table, linesOf(dataset))
    const args = [sqliteScript, table, `${dataset.nodes}`, `${seconds}`, `${dataset.seed}`]
    const answer = execFileSync(python, args, { encoding: 'utf8' })
    const [oneHopPerSecond = Number.NaN, twoHopsPerSecond = Number.NaN] = answer.split(' ').map(Number)
    return { oneHopPerSecond, twoHopsPerSecond }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const oneHop = 'SELECT target, kind, weight FROM edges WHERE source = :node ORDER BY weight DESC LIMIT 100;'
const twoHops = `WITH RECURSIVE near(node, hops) AS (
  SELECT :node::integer, 0
  UNION SELECT e.target, near.hops + 1 FROM near JOIN edges e ON e.source = near.node WHERE near.hops < 2
) SELECT node, min(hops) FROM near GROUP BY node LIMIT 128;`

/** Null when it is not installed. */
export async function askPostgres(dataset: Dataset): Promise<PeerRates | null> {
  const server = await startPostgres()
  if (server === null) return null
  try {
    const table = join(server.folder, 'edges.tsv')
    writeLines(table, linesOf(dataset))
    server.sql(
      'CREATE UNLOGGED TABLE edges (source integer, target integer, kind text, weight float8);',
      `\\copy edges FROM '${table}'`,
      'CREATE INDEX ON edges (source);',
      'VACUUM ANALYZE edges;',
    )
    const rate = (query: string) =>
      server.rate(
        `\\set node random(0, ${dataset.nodes - 1})\n${query.replaceAll('\n', ' ')}\n`,
        seconds,
        dataset.seed,
      )
    return { oneHopPerSecond: rate(oneHop), twoHopsPerSecond: rate(twoHops) }
  } finally {
    await server.stop()
  }
}

function* linesOf(dataset: Dataset): Generator<string> {
  for (const { from, to, edge, weight } of linksOf(dataset)) {
    yield `${from.slice(5)}\t${to.slice(5)}\t${edge}\t${weight}`
  }
}
