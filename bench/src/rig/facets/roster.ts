/** The facets of the benchmark, in the order they run: a facet is a file and a line here. */

import type { Facet } from '../rows.ts'
import { http } from './http.ts'
import { restarts, start } from './node.ts'
import { overload } from './overload.ts'
import { pieces } from './pieces.ts'
import { redis } from './redis.ts'
import { threads } from './threads.ts'

const all: readonly Facet[] = [start, http, overload, redis, threads, pieces, restarts]

/** Those of these names, or all when there are none. An unknown name is an error that says the known ones. */
export function facetsNamed(names: readonly string[]): readonly Facet[] {
  const known = all.map(({ name }) => name)
  for (const name of names) {
    if (!known.includes(name)) throw new RangeError(`--only ${name}: there are ${known.join(', ')}`)
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}
