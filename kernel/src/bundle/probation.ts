/**
 * Whether a change that is in force proves itself, as a pure function of what is seen of the node: it is to be ready, and
 * to answer as well as before. Times are of a clock that never goes back.
 */

export interface ProbationShape {
  readonly windowMs: number
  /** How much larger the share of failed answers may be than before, 0 to 1. */
  readonly shareMax: number
}

export interface Probation {
  readonly sinceMs: number
  /** Share of failed answers before the change. */
  readonly shareBefore: number
  /** Since when the node is not ready; null while it is. */
  readonly unreadySinceMs: number | null
}

/** What is seen at a moment; answers are counted from the change on. */
export interface Look {
  readonly atMs: number
  readonly missing: readonly string[]
  readonly answers: Answers
}

export interface Answers {
  readonly all: number
  /** Faults, and refusals for want of quota, room or permission. */
  readonly failed: number
}

export type Verdict =
  { readonly kind: 'watch' } | { readonly kind: 'keep' } | { readonly kind: 'fall'; readonly because: string }

export const lookEveryMs = 100
/** A service that is restarted is away for a moment. */
export const unreadyMsMax = 2_000
/** Fewer answers say nothing of a share. */
export const answersMin = 50

export function onProbation(sinceMs: number, before: Answers): Probation {
  return { sinceMs, shareBefore: shareOf(before), unreadySinceMs: null }
}

export function looked(state: Probation, look: Look, shape: ProbationShape): readonly [Probation, Verdict] {
  const { atMs, missing, answers } = look
  const unreadySinceMs = missing.length === 0 ? null : (state.unreadySinceMs ?? atMs)
  const next = { ...state, unreadySinceMs }
  const over = atMs - state.sinceMs >= shape.windowMs
  if (unreadySinceMs !== null && (over || atMs - unreadySinceMs >= unreadyMsMax))
    return [next, { kind: 'fall', because: `the node is not ready: ${missing.join(', ')}` }]
  const share = shareOf(answers)
  if (answers.all >= answersMin && share > state.shareBefore + shape.shareMax) {
    const because = `${percent(share)} of ${answers.all} answers failed, and ${percent(state.shareBefore)} before`
    return [next, { kind: 'fall', because }]
  }
  return [next, { kind: over ? 'keep' : 'watch' }]
}

function shareOf({ all, failed }: Answers): number {
  return all < answersMin ? 0 : failed / all
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}
