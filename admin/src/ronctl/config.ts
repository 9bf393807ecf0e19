/** What the admin surface says of config bundles, as outcomes. */

import type { Reply } from './admin-client.ts'
import { answered, exitCodes, type Outcome } from './outcome.ts'
import { plain, type Json } from './plain.ts'
import { factsOutcome, parsed, isObject } from './replies.ts'

/** A plan that may not be applied is a no. */
export function planOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return factsOutcome(reply)
  return answered(plain(told(json)), json, json['ok'] === true ? exitCodes.ok : exitCodes.no)
}

export function driftOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return factsOutcome(reply)
  const drifted = json['drifted'] === true
  const text = drifted ? plain(json['items'] ?? []) : 'the node is what its configuration says'
  return answered(text, json, drifted ? exitCodes.no : exitCodes.ok)
}

export function historyOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return factsOutcome(reply)
  const items = [json['items'] ?? []].flat().filter(isObject)
  const versions = [json['versions'] ?? []].flat().join(', ')
  const rows = items.map(({ hash, ...row }) => ({ ...row, hash: String(hash).slice(0, 12) }))
  const past = rows.length === 0 ? 'no bundle was offered yet' : plain(rows)
  return answered(`${past}\n\ncan go back to: ${versions}`, json)
}

/** Without what is empty: a person looks for what is there. */
function told(json: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0)),
  )
}
