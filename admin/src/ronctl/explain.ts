/** `ronctl explain`: what the node knows of one request, in the order in which a person asks. */

import type { Reply } from './admin-client.ts'
import { answered, type Outcome } from './outcome.ts'
import { columns, visible, type Json } from './plain.ts'
import { factsOutcome, isObject, parsed } from './replies.ts'

type Members = { readonly [name: string]: Json }

export function explainedOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return factsOutcome(reply)
  const requests = [json['requests'] ?? []].flat().filter(isObject)
  return answered(requests.map(explained).join('\n\n'), json)
}

function explained(request: Members): string {
  const { refused } = request
  const why = isObject(refused)
    ? refusal(refused)
    : [['answered', 'as asked; it is remembered for its slowness, or because its client traces it']]
  const rows = [
    [
      'request',
      [request['method'], request['route'], request['operation']].map(word).filter(Boolean).join('  '),
    ],
    ['at', word(request['at'])],
    ['status', word(request['status'])],
    ...why,
    [
      'asked by',
      [request['subject'], request['tenant'], request['peer']].map(word).filter(Boolean).join('  '),
    ],
    [
      'ids',
      [...new Set([request['request_id'], request['correlation_id'], request['trace_id']])]
        .map(word)
        .join('  '),
    ],
    ...times(request['stages']),
  ]
  return columns(rows.map((row) => row.map(visible)))
}

function refusal({ code, title, detail, wall, rule, caveat, fix }: Members): readonly (readonly string[])[] {
  return [
    ['refused', `${word(code)}: ${word(title)}`],
    ['because', word(detail)],
    ['wall', word(wall)],
    ['rule', word(rule)],
    ['caveat', word(caveat)],
    ['what helps', word(fix)],
  ].filter(([, value]) => value !== '')
}

/** Where the time went, each stage with its share. */
function times(stages: Json | undefined): readonly (readonly string[])[] {
  if (!isObject(stages)) return []
  const total = Number(stages['total_ms'])
  const stage = (name: string, what: string) => {
    const ms = stages[`${name}_ms`]
    if (typeof ms !== 'number') return [what, 'not reached']
    return [what, `${ms} ms${total > 0 ? ` (${Math.round((100 * ms) / total)} %)` : ''}`]
  }
  return [
    ['took', `${total} ms`],
    stage('wall', '  the wall'),
    stage('body', '  its body'),
    stage('service', '  the service'),
  ]
}

function word(value: Json | undefined): string {
  return value === undefined || value === null ? '' : String(value)
}
