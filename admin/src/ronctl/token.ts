/** `ronctl token` and `ronctl keys` where a node is asked: what is sent, and what the answer comes to. */

import { parseCaveat } from '@ron/transport/macaroon/caveats'
import { decodeBundle } from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { simulate } from '@ron/transport/macaroon/simulate'
import { noTenant } from '@ron/transport/oap/frame'
import type { Reply } from './admin-client.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import { plain, type Json } from './plain.ts'
import { parsed, isObject, refused } from './replies.ts'
import type { SimulateOptions } from './token-program.ts'

/** The token and nothing else, so that it can be piped on; a program gets all of it. */
export function mintedOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 201 || !isObject(json) || typeof json['token'] !== 'string') return refused(reply)
  return answered(json['token'], json)
}

/** What the node says of a token: 0 when it is good. */
export function inspectedOutcome(reply: Reply): Outcome {
  return verdictOutcome(reply, 'good')
}

/** What the node says of a request: 0 when it would let it in. */
export function simulatedOutcome(reply: Reply): Outcome {
  return verdictOutcome(reply, 'allowed')
}

/** The lists of an answer as one table; whatever else is in it as names and values. */
export function listOutcome(reply: Reply, member: string, none: string): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return refused(reply)
  const rows = json[member] ?? []
  return answered(Array.isArray(rows) && rows.length === 0 ? none : plain(rows), json)
}

/** Every version of every key on a line of its own. */
export function keysOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return refused(reply)
  const purposes = json['purposes'] === undefined ? [json] : [json['purposes']].flat()
  const rows = purposes.filter(isObject).flatMap(({ purpose = '', versions = [] }) =>
    [versions]
      .flat()
      .filter(isObject)
      .map((version) => ({ purpose, ...version })),
  )
  return answered(plain(rows), json)
}

/** The caveats alone, without a node. */
export function offlineOutcome(token: string, request: SimulateOptions, nowMs: number): Outcome {
  const { verb, path, bytes, tenant, peer, client, at, audience, proven } = request
  const atMs = at === null ? nowMs : Date.parse(at)
  if (!Number.isFinite(atMs)) return failed('--at is a time such as 2030-01-31T12:00:00Z', exitCodes.usage)
  try {
    if (tenant !== null) parseCaveat(`tenant = ${tenant}`)
    for (const name of client) parseCaveat(`client = ${name}`)
    const found = simulate(decodeBundle(token), {
      claim: {
        verb: verb ?? '',
        tenant: tenant ?? noTenant,
        peer: peer ?? '',
        client,
        nowMs: atMs,
        audience: audience ?? '',
      },
      reach: path === null ? null : { path, bodyBytes: bytes ?? 0 },
      proven,
    })
    const json = {
      allowed: found.allowed,
      genuine: 'only the node can tell',
      stops: found.objection === null ? null : { ...found.objection },
      caveats: found.caveats.map((verdict) => ({ ...verdict })),
    }
    return answered(plain(json), json, found.allowed ? exitCodes.ok : exitCodes.no)
  } catch (error) {
    if (error instanceof MacaroonError) return failed(`${error.message}; ${error.fix}`)
    throw error
  }
}

function verdictOutcome(reply: Reply, member: 'good' | 'allowed'): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json) || typeof json[member] !== 'boolean') return refused(reply)
  const shown: Json = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null))
  return answered(plain(shown), json, json[member] ? exitCodes.ok : exitCodes.no)
}
