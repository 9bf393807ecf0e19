/** What the admin surface said, as outcomes: tables for a person, the same JSON for a program. */

import { chosen, metricsTable, parseMetrics } from './metrics.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import type { Reply } from './admin-client.ts'
import { plain, visible, type Json } from './plain.ts'

/** `/api/v1/status` and `/version`. */
export function factsOutcome(reply: Reply): Outcome {
  if (reply.status !== 200) return refused(reply)
  const json = parsed(reply.text)
  return json === undefined ? answered(visibleLines(reply.text), reply.text) : answered(plain(json), json)
}

/** `/readyz?verbose`: an unready node answers with 503, its reasons in the body. */
export function readyOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (!isObject(json) || typeof json['ready'] !== 'boolean') return factsOutcome(reply)
  return answered(plain(json), json, json['ready'] && reply.status === 200 ? exitCodes.ok : exitCodes.no)
}

export function metricsOutcome(reply: Reply, prefixes: readonly string[]): Outcome {
  if (reply.status !== 200) return refused(reply)
  const samples = chosen(parseMetrics(reply.text), prefixes)
  return answered(metricsTable(samples), samples)
}

/** `/api/v1/audit/tail`: what a person looks for, line by line; a program gets every member. */
export function tailOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return refused(reply)
  const records = [json['records'] ?? []].flat().filter(isObject)
  return answered(records.length === 0 ? 'nothing is recorded there' : plain(records.map(row)), json)
}

/** In one order for all records, so that the columns of a table stay where they are. */
function row(record: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const shown = [
    'seq',
    'at',
    'kind',
    'outcome',
    'verb',
    'target',
    'code',
    'rule',
    'subject',
    'count',
  ] as const
  return Object.fromEntries(shown.map((name) => [name, record[name] ?? '']))
}

/** A problem document says why and what would help. */
export function refused({ status, text }: Reply): Outcome {
  const json = parsed(text)
  if (!isObject(json) || typeof json['detail'] !== 'string')
    return failed(`the node answered with status ${status}`)
  const { code, detail, explain } = json
  const fix = isObject(explain) && typeof explain['fix'] === 'string' ? `; ${explain['fix']}` : ''
  const message = visible(`${typeof code === 'string' ? code : status}: ${detail}${fix}`)
  return failed(message, exitCodes.no, { problem: json })
}

export function parsed(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text)
    return json
  } catch {
    return undefined
  }
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function visibleLines(text: string): string {
  return text.trimEnd().split('\n').map(visible).join('\n')
}
