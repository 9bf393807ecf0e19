/** What a proof of amnesia says: each check with what it rests on, what was counted, and what nobody can show. */

import type { Sighting } from './canaries.ts'

const statementKind = 'ron/amnesia-proof/1'

export interface Check {
  readonly name: string
  readonly ok: boolean
  /** What was seen, in a sentence. */
  readonly evidence: string
}

export interface Statement {
  readonly kind: typeof statementKind
  /** RFC 3339. */
  readonly at: string
  readonly verdict: 'pass' | 'fail'
  /** As its `/version` said. */
  readonly build: Readonly<Record<string, unknown>>
  readonly system: string
  readonly checks: readonly Check[]
  /** Copies of each mark that were in memory while the node served, and when it was about to exit. */
  readonly copies: readonly Copies[]
  /** What this proof does not show, each a sentence. */
  readonly notShown: readonly string[]
}

export interface Copies {
  readonly mark: string
  readonly form: string
  readonly serving: number
  readonly ending: number
  /** Where the last ones lie. */
  readonly where: Readonly<Record<string, number>>
}

export function copiesOf(serving: readonly Sighting[], ending: readonly Sighting[]): readonly Copies[] {
  return serving.flatMap(({ canary, form, copies }, at) => {
    const left = ending[at]
    const more = { ending: left?.copies ?? 0, where: left?.where ?? {} }
    return copies + more.ending === 0 ? [] : [{ mark: canary, form, serving: copies, ...more }]
  })
}

export function statementOf(
  facts: Pick<Statement, 'at' | 'build' | 'system' | 'copies' | 'notShown'>,
  checks: readonly Check[],
): Statement {
  const verdict = checks.length > 0 && checks.every(({ ok }) => ok) ? 'pass' : 'fail'
  return { kind: statementKind, verdict, ...facts, checks }
}
