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

interface Judged extends Pick<Gate, 'lacks'> {
  readonly steps: { readonly length: number }
}

/**
 * A gate fails with any step, is open while anything it demands is not shown, and passes at the scale of its steps. A step
 * that was not run shows nothing, and neither does one that passed and cannot say by what.
 */
export function verdict({ steps, lacks }: Judged, results: readonly StepResult[]): Verdict {
  const of = (kind: VerdictKind) => results.filter(({ outcome }) => outcome.kind === kind)
  const [failed] = of('fail')
  if (failed !== undefined)
    return { kind: 'fail', text: 'FAIL', evidence: `${failed.proves}: ${failed.outcome.evidence}` }
  const bare = of('pass').filter(({ outcome }) => outcome.evidence.trim() === '')
  const missing = [
    ...of('open').map(({ outcome }) => outcome.evidence),
    ...bare.map(({ proves }) => `${proves}: nothing was said to show it`),
    ...(results.length < steps.length ? [`${results.length} of ${steps.length} steps were run`] : []),
    ...lacks,
  ]
  if (missing.length > 0) return { kind: 'open', text: 'open', evidence: [...new Set(missing)].join('; ') }
  if (results.length === 0) return { kind: 'open', text: 'open', evidence: 'no step proves it' }
  const scales = results.flatMap(({ outcome }) =>
    outcome.kind === 'pass' && outcome.scale !== null ? [outcome.scale] : [],
  )
  const text = scales.length === 0 ? 'pass' : `pass at ${[...new Set(scales)].join(' and ')} scale`
  return { kind: 'pass', text, evidence: results.map(({ outcome }) => outcome.evidence).join('; ') }
}
