/** What a proof of amnesia says, read from bytes that somebody signed, and as a person reads it. */

import { visible } from './plain.ts'

export const amnesiaType = 'application/vnd.ron.amnesia-proof+json'
const kind = 'ron/amnesia-proof/1'

interface Check {
  readonly name: string
  readonly ok: boolean
  readonly evidence: string
}

export interface AmnesiaStatement {
  readonly at: string
  readonly verdict: 'pass' | 'fail'
  readonly system: string
  readonly checks: readonly Check[]
  readonly notShown: readonly string[]
  /** All of it, as it was signed. */
  readonly whole: object
}

const members = new Set(['kind', 'at', 'verdict', 'build', 'system', 'checks', 'copies', 'notShown'])

/** Throws a sentence for what is no such statement, or one that does not follow from its checks. */
export function parseStatement(text: string): AmnesiaStatement {
  const whole = objectOf(JSON.parse(text), 'the report')
  if (whole['kind'] !== kind) throw new Error(`the report is no ${kind}`)
  const unknown = Object.keys(whole).find((name) => !members.has(name))
  if (unknown !== undefined) throw new Error(`the report has a member ${unknown} that is not known`)
  const checks = listOf(whole['checks'], 'checks').map(checkOf)
  const { verdict } = whole
  const follows = checks.length > 0 && checks.every(({ ok }) => ok) ? 'pass' : 'fail'
  if (verdict !== follows)
    throw new Error(`the report says ${String(verdict)}, and its checks say ${follows}`)
  return {
    at: textOf(whole['at'], 'at'),
    verdict: follows,
    system: textOf(whole['system'], 'system'),
    checks,
    notShown: listOf(whole['notShown'], 'notShown').map((each) => textOf(each, 'notShown')),
    whole,
  }
}

export function statementText({ at, verdict, system, checks, notShown }: AmnesiaStatement): string {
  return [
    ...checks.map(({ name, ok, evidence }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}: ${evidence}`),
    ...notShown.map((sentence) => `not shown: ${sentence}`),
    `${verdict === 'pass' ? 'PASS' : 'FAIL'}    amnesia, ${at}, ${system}`,
  ]
    .map(visible)
    .join('\n')
}

function checkOf(value: unknown): Check {
  const { name, ok, evidence } = objectOf(value, 'a check')
  if (typeof ok !== 'boolean') throw new Error('the ok of a check is neither true nor false')
  return { name: textOf(name, 'name'), ok, evidence: textOf(evidence, 'evidence') }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error(`${what} is no object`)
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new Error(`${what} is no list`)
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw new Error(`${what} is no text`)
}
