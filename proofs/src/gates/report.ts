/** The gates and their verdicts as a table for a terminal, as Markdown and as JSON. */

import type { Gate } from './gate.ts'
import type { StepResult, Verdict } from './verdict.ts'

export interface Proven {
  readonly gate: Gate
  readonly results: readonly StepResult[]
  readonly verdict: Verdict
  readonly seconds: number
}

/** Where and of what the proofs were run. */
export interface Place {
  readonly at: string
  readonly commit: string
  readonly node: string
  readonly system: string
  readonly full: boolean
}

const evidenceMax = 110

export const heading = line('gate', 'verdict', 'seconds', 'evidence')

export function row({ gate, verdict, seconds }: Proven): string {
  const { evidence } = verdict
  const short = evidence.length > evidenceMax ? `${evidence.slice(0, evidenceMax - 1)}…` : evidence
  return line(`${gate.id} ${gate.title}`, verdict.text, seconds.toFixed(0), short)
}

function line(gate: string, verdict: string, seconds: string, evidence: string): string {
  return `${gate.padEnd(44)}${verdict.padEnd(32)}${seconds.padStart(8)}  ${evidence}`
}

/** How many of each verdict there are, and how long it took. */
export function sums(all: readonly Proven[]): string {
  const count = (kind: string) => all.filter(({ verdict }) => verdict.kind === kind).length
  const seconds = all.reduce((sum, proven) => sum + proven.seconds, 0)
  const took = seconds < 60 ? `${seconds.toFixed(0)} s` : `${Math.round(seconds / 60)} min`
  return `${count('pass')} passed, ${count('open')} open, ${count('fail')} failed in ${took}`
}

export function markdown(place: Place, all: readonly Proven[]): string {
  const { at, commit, node, system, full } = place
  const scale = full ? 'at full length' : 'at the usual scale'
  const rows = all.map(
    ({ gate, verdict, seconds }) =>
      `| ${gate.id} | ${cell(gate.title)} | ${cell(verdict.text)} | ${seconds.toFixed(0)} | ${cell(verdict.evidence)} |`,
  )
  return [
    '# Acceptance gates',
    '',
    `${at}, commit ${commit}, Node ${node}, ${system}, ${scale}: ${sums(all)}.`,
    '',
    '| gate | title | verdict | seconds | evidence |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...all.flatMap(section),
    '',
  ].join('\n')
}

function section({ gate, results }: Proven): readonly string[] {
  return [
    '',
    `## ${gate.id}: ${gate.title}`,
    '',
    `${gate.demand}.`,
    '',
    ...results.map(
      ({ proves, outcome, seconds }) =>
        `- **${outcome.kind}**, ${seconds.toFixed(0)} s: ${proves}. ${outcome.evidence}`,
    ),
    ...gate.lacks.map((lack) => `- **open**: ${lack}`),
  ]
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

export function json(place: Place, all: readonly Proven[]): string {
  const gates = all.map(({ gate, results, verdict, seconds }) => ({
    id: gate.id,
    title: gate.title,
    demand: gate.demand,
    verdict: verdict.kind,
    text: verdict.text,
    evidence: verdict.evidence,
    seconds: Math.round(seconds),
    steps: results.map(({ proves, outcome, seconds: took }) => ({
      proves,
      ...outcome,
      seconds: Math.round(took),
    })),
    lacks: gate.lacks,
  }))
  return `${JSON.stringify({ ...place, gates }, null, 2)}\n`
}
