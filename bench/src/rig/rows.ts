/**
 * What a facet measured, as rows: each says one thing of the node beside what it is held against, a peer measured in
 * the same run, a limit, or both. A facet hands in what it `Measured`; what follows from that is computed here, so that
 * no facet can call itself well.
 *
 *     export const feed: Facet = {
 *       name: 'feed', title: 'Feeds', sizes: (scale) => ({ users: scaled(10_000, scale) }),
 *       measure: async ({ seed, scale }) => [
 *         { work: 'home of a user', unit: 'ms', better: 'less', ours: 0.8, samples: 400,
 *           peer: { name: 'Redis', value: 0.4 }, limit: { of: 'ours', value: 5 } },
 *       ],
 *     }
 *
 * and a line in `facets/roster.ts`.
 */

export interface Facet {
  /** Names its files and what `--only` is given: kebab-case. */
  readonly name: string
  readonly title: string
  /** How much of what it works on: records, bytes, connections, seconds. */
  sizes(scale: number): Readonly<Record<string, number>>
  measure(run: Run): Promise<readonly Measured[]>
}

export interface Run {
  /** Of all that is random: datasets, arrivals. The same seed, the same run but for the machine. */
  readonly seed: number
  /** What sizes are multiplied with: 1 is real size, less a quick look. */
  readonly scale: number
}

export interface Measured {
  readonly work: string
  /** `requests/s`, `ms`, `µs`, `MiB`, `%`, … */
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly ours: number
  /** How many observations `ours` is of. */
  readonly samples: number
  /** Null where there is nothing to compare with. A peer that is not installed has the value null. */
  readonly peer: { readonly name: string; readonly value: number | null } | null
  /**
   * What is asked for: of the node's own value, or of the ratio of the two. At least this where more is better, at most
   * this where less is.
   */
  readonly limit: { readonly of: 'ours' | 'ratio'; readonly value: number } | null
  /** Why the measurement does not count, if it does not. */
  readonly void?: string | null
  readonly note?: string
}

export interface Row extends Measured {
  /** Ours over the peer's. */
  readonly ratio: number | null
  /** Whether the limit is kept; null where there is none, or what it is about was not measured at real size. */
  readonly ok: boolean | null
}

/** What the peers say when they are not there, in every table. */
export const absent = 'absent'

/** A limit is about the real size: at a smaller scale nothing is said of it. */
export function judged(measured: Measured, scale: number): Row {
  const { ours, peer, limit } = measured
  const ratio = peer === null || peer.value === null ? null : ours / peer.value
  const held = limit?.of === 'ratio' ? ratio : ours
  return {
    ...measured,
    ratio,
    ok: limit === null || held === null || scale < 1 ? null : verdict(measured, held, limit.value),
  }
}

function verdict({ better, void: because }: Measured, held: number, limit: number): boolean | null {
  if (because !== undefined && because !== null) return null
  // NaN is no value, and keeps no limit.
  return better === 'more' ? held >= limit : held <= limit
}
