/** What a facet of the benchmark has shown, from the rows that it wrote. Pure, and it takes no row's word for its limit. */

import type { Outcome } from './verdict.ts'

/** As `bench/results` has them; what else is in a row is not looked at. */
export interface BenchResult {
  /** 1 is real size. */
  readonly scale: number
  readonly rows: readonly BenchRow[]
}

interface BenchRow {
  readonly work: string
  readonly unit: string
  readonly better: 'more' | 'less'
  /** Null stands for what is no number. */
  readonly ours: number | null
  readonly peer: { readonly name: string; readonly value: number | null } | null
  readonly limit: { readonly of: 'ours' | 'ratio'; readonly value: number } | null
  /** Why the measurement does not count, if it does not. */
  readonly void?: string | null
}

/**
 * Each of `expected` must match a row with a limit, and all that match must keep theirs; without any, all rows do. Rows
 * without a limit only tell. One whose measurement does not count, or whose peer is not there, leaves the gate open.
 */
export function judgedRows(
  { scale, rows }: BenchResult,
  expected: readonly RegExp[],
  wantedScale: number,
): Outcome {
  if (scale !== wantedScale)
    return { kind: 'fail', evidence: `it was measured at a scale of ${scale}, not ${wantedScale}` }
  const limited = rows.filter(({ limit }) => limit !== null)
  const missing = expected.find((name) => !limited.some(({ work }) => name.test(work)))
  if (missing !== undefined) return { kind: 'fail', evidence: `no row with a limit matches ${missing}` }
  const judged = limited.filter(
    ({ work }) => expected.length === 0 || expected.some((name) => name.test(work)),
  )
  const broken = judged.find((row) => unsure(row) === null && !keeps(row))
  if (broken !== undefined) return { kind: 'fail', evidence: told(broken) }
  const [open] = judged.flatMap((row) => unsure(row) ?? [])
  if (open !== undefined) return { kind: 'open', evidence: open }
  if (judged.length === 0) return { kind: 'open', evidence: 'no row of the bench was judged' }
  return {
    kind: 'pass',
    evidence: expected.length === 0 ? `${judged.length} limits kept` : judged.map(told).join(', '),
    scale: scale === 1 ? null : `1/${Math.round(1 / scale)}`,
  }
}

/** Why nothing follows from a row; null for one that can be judged. */
function unsure({ work, peer, limit, void: because }: BenchRow): string | null {
  if (typeof because === 'string') return `${work} does not count: ${because}`
  if (limit?.of === 'ratio' && (peer === null || peer.value === null))
    return `${work}: ${peer?.name ?? 'its peer'} is not there`
  return null
}

/** NaN, which JSON writes as null, keeps no limit. */
function keeps({ better, ours, peer, limit }: BenchRow): boolean {
  if (limit === null || ours === null) return false
  const held = limit.of === 'ours' ? ours : ours / (peer?.value ?? Number.NaN)
  return better === 'more' ? held >= limit.value : held <= limit.value
}

function told({ work, ours, unit }: BenchRow): string {
  return `${work}: ${ours === null ? 'no value' : `${ours.toFixed(2)} ${unit}`}`
}
