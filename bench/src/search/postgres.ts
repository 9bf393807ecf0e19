/** PostgreSQL's full-text search: a column of words under a GIN index, ranked by `ts_rank`, since it has no BM25. */

import { startPostgres, type Postgres } from '../rig/postgres.ts'
import { secondsPerKind, type PeerFound, type Queries, type SearchPeer } from './peer.ts'

/** A title counts double. */
const weights = "'{0.5, 0.5, 0.5, 1}'"

export const postgres: SearchPeer = {
  name: 'PostgreSQL',
  async measure({ file, queries }, docs) {
    const server = await startPostgres()
    if (server === null) return null
    try {
      const fromMs = performance.now()
      server.sql(
        'CREATE UNLOGGED TABLE raw (id text, title text, body text);',
        `\\copy raw FROM PROGRAM 'head -n ${docs} ${file}'`,
        "CREATE UNLOGGED TABLE docs AS SELECT id, body, setweight(to_tsvector('simple', title), 'A')" +
          " || setweight(to_tsvector('simple', body), 'D') AS words FROM raw;",
        'CREATE INDEX ON docs USING gin (words);',
      )
      const docsPerSecond = (docs * 1_000) / (performance.now() - fromMs)
      server.sql('DROP TABLE raw;', 'VACUUM ANALYZE docs;')
      return {
        version: server.version,
        docsPerSecond,
        any: byKind(server, queries, ' | '),
        all: byKind(server, queries, ' & '),
      }
    } finally {
      await server.stop()
    }
  },
}

function byKind(server: Postgres, queries: Queries, between: string): PeerFound['any'] {
  return Object.fromEntries(
    Object.entries(queries).map(([kind, asked]) => [
      kind,
      server.timed(
        asked.map((q) => statement(q.split(' ').join(between))),
        secondsPerKind * 1_000,
      ),
    ]),
  )
}

/** Only the ten that are shown are read again for the places that match. */
function statement(query: string): string {
  const asked = `to_tsquery('simple', '${query}')`
  return (
    `SELECT id, rank, ts_headline('simple', body, ${asked}, 'MaxWords=16, MinWords=8') FROM (` +
    `SELECT id, body, ts_rank(${weights}, words, ${asked}) AS rank FROM docs WHERE words @@ ${asked} ` +
    'ORDER BY rank DESC LIMIT 10) AS best;'
  )
}
