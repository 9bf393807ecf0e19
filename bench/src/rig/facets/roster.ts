/** The facets of the benchmark, in the order they run: a facet is a file and a line here. */

import type { Facet } from '../rows.ts'
import { audit } from './audit.ts'
import { capabilities } from './capabilities.ts'
import { config } from './config.ts'
import { cores } from './cores.ts'
import { drivers } from './drivers.ts'
import { feed } from './feed.ts'
import { graph } from './graph.ts'
import { http } from './http.ts'
import { levels } from './levels.ts'
import { media } from './media.ts'
import { restarts, start } from './node.ts'
import { overload } from './overload.ts'
import { peers } from './peers.ts'
import { pieces } from './pieces.ts'
import { pq } from './pq.ts'
import { queue } from './queue.ts'
import { redis } from './redis.ts'
import { search } from './search.ts'
import { stark } from './stark.ts'
import { tenants } from './tenants.ts'
import { threads } from './threads.ts'
import { zk } from './zk.ts'

const all: readonly Facet[] = [
  ...[start, levels, http, drivers, overload, tenants, redis],
  ...[graph, search, feed, queue, media],
  ...[cores, threads, pieces, capabilities, audit, peers, pq, restarts, config, zk, stark],
]

/** Those of these names, or all when there are none. An unknown name is an error that says the known ones. */
export function facetsNamed(names: readonly string[]): readonly Facet[] {
  const known = all.map(({ name }) => name)
  for (const name of names) {
    if (!known.includes(name)) throw new RangeError(`--only ${name}: there are ${known.join(', ')}`)
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}
