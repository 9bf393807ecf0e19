/** From what the steps of a gate have shown to its verdict. Pure, and never kinder than the worst step. */

import type { Gate } from './gate.ts'

export type Outcome =
  /** `scale` is null for a run of the whole. */
  | { readonly kind: 'pass'; readonly evidence: string; readonly scale: string | null }
  | { readonly kind: 'fail'; readonly evidence: string }
  /** It could not be run here: something it needs is not there. */
  | { readonly kind: 'open'; readonly evidence: string }

export interface StepResult {
  readonly proves: string
  readonly outcome: Outcome
  readonly seconds: number
}

type VerdictKind = 'pass' | 'fail' | 'open'

export interface Verdict {
  readonly kind: VerdictKind
  /** As the table has it: `pass`, `pass at 1/288 scale`, `open`, `FAIL`. */
  readonly text: string
  /** What counts most for it, in a line. */
  readonly evidence: string
}

/** A gate fails with any step, is open while anything it demands is not shown, and passes at the scale of its steps. */
export function verdict({ lacks }: Pick<Gate, 'lacks'>, results: readonly StepResult[]): Verdict {
  const of = (kind: VerdictKind) => results.filter(({ outcome }) => outcome.kind === kind)
  const [failed] = of('fail')
  if (failed !== undefined)
    return { kind: 'fail', text: 'FAIL', evidence: `${failed.proves}: ${failed.outcome.evidence}` }
  const missing = [...of('open').map(({ outcome }) => outcome.evidence), ...lacks]
  if (missing.length > 0) return { kind: 'open', text: 'open', evidence: [...new Set(missing)].join('; ') }
  if (results.length === 0) return { kind: 'open', text: 'open', evidence: 'no step proves it' }
  const scales = results.flatMap(({ outcome }) =>
    outcome.kind === 'pass' && outcome.scale !== null ? [outcome.scale] : [],
  )
  const text = scales.length === 0 ? 'pass' : `pass at ${[...new Set(scales)].join(' and ')} scale`
  return { kind: 'pass', text, evidence: results.map(({ outcome }) => outcome.evidence).join('; ') }
}
