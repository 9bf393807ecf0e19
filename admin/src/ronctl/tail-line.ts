/** What happens in a node, each on one line for a person. Pure. */

import type { Item } from './event-source.ts'
import { visible, type Json } from './plain.ts'

const kindWidth = 8

export function lineOf(item: Item): string {
  const { kind, at, at_ms: atMs, ...rest } = item
  const time =
    typeof at === 'string' ? at.slice(11, 23) : typeof atMs === 'number' ? timeOf(atMs) : ' '.repeat(12)
  return `${time}  ${String(kind ?? '').padEnd(kindWidth)}  ${visible(sentence(String(kind), rest)).trimEnd()}`
}

function sentence(kind: string, item: Item): string {
  switch (kind) {
    case 'event':
      return event(item)
    case 'request':
      return request(item)
    case 'audit':
      return audit(item)
    case 'missed':
      return `${text(item['count'])} were missed: what shows them is slower than they come`
    case 'left-out':
      return `${text(item['count'])} requests more were left out; choose with --status, --operation or --tenant`
    case 'reconnected':
      return 'the node is there again; what happened in between is in its log'
    default:
      return members(item)
  }
}

function event({ event: name, ...rest }: Item): string {
  return `${text(name).padEnd(16)}  ${members(rest)}`
}

function request({ status, method, route, outcome, ms, operation, tenant, request_id: id }: Item): string {
  const told = [status, method, route, outcome, `${text(ms)} ms`, operation, shortTenant(text(tenant)), id]
  return told.map(text).filter(Boolean).join('  ')
}

function audit({ seq, act, outcome, verb, target, code, rule, subject }: Item): string {
  return [`#${text(seq)}`, act, outcome, verb, target, code, rule, subject]
    .map(text)
    .filter(Boolean)
    .join('  ')
}

function members(item: Item): string {
  return Object.entries(item)
    .filter(([name]) => name !== 'seq')
    .map(([name, value]) => `${name}=${text(value)}`)
    .join(' ')
}

/** The whole of it is in the JSON. */
function shortTenant(tenant: string): string {
  return /^0*$/.test(tenant) ? '' : `${tenant.slice(0, 8)}…`
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23)
}
