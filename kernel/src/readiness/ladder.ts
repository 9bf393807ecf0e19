/**
 * What a node gives up before it gives up itself: under pressure that lasts it sheds one kind of work after the other, in
 * the order of `rungs`, and takes them back one by one when it has been at ease for longer. Objects, queues, auth and
 * policy are on no rung. Pure: it is told of the pressure from time to time, and knows no clock.
 *
 *     pressure   ▁▁▁█████████▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁      high, high, high: one rung down
 *     level      0   1   2              1    0      low for as long as `recoverMs`: one rung up
 */

/** The noun of the verbs that a rung sheds. */
export const rungs = ['media', 'search', 'feed', 'graph'] as const
export type Rung = (typeof rungs)[number]

export interface Ladder {
  /** How many rungs are shed. */
  readonly level: number
  /** Since when the pressure has been high or low without a break; null while it is neither. */
  readonly since: { readonly pressure: 'high' | 'low'; readonly atMs: number } | null
}

export interface LadderShape {
  /** Of what the node can bear, from 0 to 1: at least this is high, at most that is low. */
  readonly high: number
  readonly low: number
  readonly shedMs: number
  readonly recoverMs: number
}

/** Shares of a bound, each from 0 up. */
export interface Pressure {
  /** Requests in front of the service that has most. */
  readonly waiting: number
  /** How late the kernel's own timers are. */
  readonly lag: number
}

export const wholeLadder: Ladder = { level: 0, since: null }
export const ladderShape: LadderShape = { high: 0.5, low: 0.1, shedMs: 2_000, recoverMs: 5_000 }

/** The ladder once this pressure is felt. */
export function felt(ladder: Ladder, { waiting, lag }: Pressure, nowMs: number, shape: LadderShape): Ladder {
  const most = Math.max(waiting, lag)
  const pressure = most >= shape.high ? 'high' : most <= shape.low ? 'low' : null
  if (pressure === null) return { ...ladder, since: null }
  const { level, since } = ladder
  if (since?.pressure !== pressure) return { level, since: { pressure, atMs: nowMs } }
  const lastsMs = nowMs - since.atMs
  if (lastsMs < (pressure === 'high' ? shape.shedMs : shape.recoverMs)) return ladder
  const next = pressure === 'high' ? Math.min(rungs.length, level + 1) : Math.max(0, level - 1)
  // Each rung takes as long as the first.
  return { level: next, since: { pressure, atMs: nowMs } }
}

/** What is shed, in the order in which it was. */
export function shed({ level }: Ladder): readonly Rung[] {
  return rungs.slice(0, level)
}

/** The rung that refuses a verb such as `search.read`; null when it is served. */
export function shedBy({ level }: Ladder, verb: string): Rung | null {
  if (level === 0) return null
  for (let at = 0; at < level; at++) {
    const rung = rungs[at]
    if (rung !== undefined && verb.startsWith(rung) && verb[rung.length] === '.') return rung
  }
  return null
}
