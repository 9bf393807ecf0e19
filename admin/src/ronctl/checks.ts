/** What `ronctl doctor` makes of what it found, each a line with the next step. Pure: facts in, findings out. */

import { visible, type Json } from './plain.ts'
import { isObject } from './replies.ts'

export interface Finding {
  readonly name: string
  readonly level: 'ok' | 'warn' | 'fail'
  readonly says: string
  /** The next step; null when all is well. */
  readonly next: string | null
}

type Members = { readonly [name: string]: Json }

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Clocks further apart than this make tokens of a short life unreliable, and than the other, unusable. */
const skew = { warnMs: 2_000, failMs: 30_000 }
const tokenSoonMs = hourMs
const bundleSoonMs = 7 * dayMs
const failedLatelyMs = hourMs

export function ok(name: string, says: string): Finding {
  return { name, level: 'ok', says: visible(says), next: null }
}

export function warn(name: string, says: string, next: string): Finding {
  return { name, level: 'warn', says: visible(says), next: visible(next) }
}

export function fail(name: string, says: string, next: string): Finding {
  return { name, level: 'fail', says: visible(says), next: visible(next) }
}

/** Before 1.0 a minor version may change what goes over the wire. */
export function versionFinding(own: string, node: string): Finding {
  const says = `ronctl ${own}, node ${node}`
  const next = 'use the ronctl that came with the node'
  if (own === node) return ok('version', says)
  const [a, b] = [own, node].map((version) => version.split('.'))
  const breaking = a?.[0] !== b?.[0] || (a?.[0] === '0' && a[1] !== b?.[1])
  return breaking ? fail('version', says, next) : warn('version', says, next)
}

export function clockFinding(aheadMs: number): Finding {
  const apart = Math.abs(aheadMs)
  const says = `the node's clock is ${Math.round(apart)} ms ${aheadMs < 0 ? 'behind' : 'ahead of'} this one`
  const next =
    'have both machines keep time (chrony, systemd-timesyncd): tokens and bundles begin and end by it'
  if (apart >= skew.failMs) return fail('clock', says, next)
  return apart >= skew.warnMs ? warn('clock', says, next) : ok('clock', says)
}

/** `/readyz?verbose` */
export function readyFinding(ready: Members): Finding {
  if (ready['ready'] === true) return ok('ready', 'every gate is open')
  const { checks } = ready
  const closed = isObject(checks)
    ? Object.entries(checks).flatMap(([gate, check]) =>
        isObject(check) && check['ok'] !== true ? [`${gate}: ${String(check['because'])}`] : [],
      )
    : [String(ready['missing'] ?? '')]
  return fail(
    'ready',
    closed.join('; '),
    'see what keeps these gates closed: ronctl status, and the log of the node',
  )
}

/** `/api/v1/status`: one finding for each service that is not well, or one for all of them. */
export function serviceFindings(status: Members, nowMs: number): readonly Finding[] {
  const services = [status['services'] ?? []].flat().filter(isObject)
  const unwell = services.flatMap((service) => {
    const name = `service ${String(service['name'])}`
    const { health, because, need, last_failure: failure } = service
    const next = `ronctl tail events; ronctl service restart ${String(service['name'])}`
    if (health === 'down') {
      const says = `down: ${String(because)}`
      return [need === 'required' ? fail(name, says, next) : warn(name, says, next)]
    }
    if (health !== 'healthy') return [warn(name, `${String(health)}: ${String(because)}`, next)]
    const at = isObject(failure) ? Date.parse(String(failure['at'])) : Number.NaN
    if (isObject(failure) && nowMs - at < failedLatelyMs) {
      const says = `fell at ${String(failure['at'])} (${String(failure['cause'])}: ${String(failure['because'])})`
      return [warn(name, says, 'the log has the stack; docs/OPERATING.md says what each cause means')]
    }
    return []
  })
  return unwell.length > 0 ? unwell : [ok('services', `all ${services.length} are healthy`)]
}

/** `/api/v1/tokens/inspect`, or a token of which the node says nothing. */
export function tokenFinding(inspected: Members, nowMs: number): Finding {
  const { good, stops, expires, caveats } = inspected
  if (good !== true) {
    const [reason, fix] = isObject(stops)
      ? [stops['reason'], stops['fix']]
      : ['the node does not take it', null]
    return fail('token', String(reason), String(fix ?? 'get another: ronctl token mint'))
  }
  const under = [caveats ?? []].flat().length
  const leftMs = typeof expires === 'string' ? Date.parse(expires) - nowMs : Number.POSITIVE_INFINITY
  const until = typeof expires === 'string' ? `until ${expires}` : 'for ever'
  const says = `good ${until}, under ${under} caveats`
  if (leftMs < tokenSoonMs) return warn('token', says, 'renew it now: ronctl token mint')
  return ok('token', says)
}

/** `/api/v1/tokens/simulate` without a verb: what it is good for. */
export function verbsFinding(simulated: Members): Finding {
  const verbs = [simulated['verbs'] ?? []].flat().filter(isObject)
  const allowed = verbs.filter(({ allowed }) => allowed === true).map(({ verb }) => String(verb))
  if (allowed.length === verbs.length) return ok('token verbs', `all ${verbs.length}`)
  const says = allowed.length === 0 ? 'none' : `${allowed.length} of ${verbs.length}: ${allowed.join(', ')}`
  if (allowed.includes('admin.read')) return ok('token verbs', says)
  return warn('token verbs', says, 'a token with admin.read is needed where the admin surface asks for one')
}

/** `/api/v1/config`, of a node that takes bundles. */
export function bundleFinding(config: Members, nowMs: number): Finding {
  const { governed, version, expires, phase, because } = config
  if (phase === 'torn')
    return fail('bundle', `torn: ${String(because)}`, 'docs/BUNDLES.md says how to mend it')
  if (governed !== true) return ok('bundle', 'none is in force')
  const leftMs = typeof expires === 'string' ? Date.parse(expires) - nowMs : Number.POSITIVE_INFINITY
  const says = `version ${String(version)}, until ${String(expires)}`
  const next = 'sign a higher version: ronctl config sign, then ronctl config apply'
  if (leftMs <= 0) return fail('bundle', `${says}: it has expired`, next)
  return leftMs < bundleSoonMs ? warn('bundle', `${says}: soon`, next) : ok('bundle', says)
}

/** `/api/v1/config/drift` */
export function driftFinding(drift: Members): Finding {
  if (drift['drifted'] !== true) return ok('drift', 'the node is what its configuration says')
  const items = [drift['items'] ?? []].flat().filter(isObject)
  const what = items.map((item) => String(item['what'])).join(', ')
  return warn('drift', `not as configured: ${what}`, String(items[0]?.['fix'] ?? 'ronctl config drift'))
}

const fullShare = { warn: 0.8, fail: 0.95 }
const waitingMany = 1_000

/** `/api/v1/audit`, of a node that keeps a log. */
export function auditFinding(audit: Members): Finding {
  const [size, bytes, most, waiting, lost] = ['size', 'bytes', 'bytes_max', 'waiting', 'lost'].map((name) =>
    Number(audit[name]),
  )
  const share = (bytes ?? 0) / Math.max(1, most ?? 1)
  const says = `${size} records, ${Math.round(100 * share)} % full, ${waiting} wait, ${lost} lost`
  const larger =
    'raise audit.journal_bytes_max and start the node anew; ronctl audit mirror keeps what is there'
  if ((lost ?? 0) > 0) return fail('audit', says, `see what keeps the audit service, and ${larger}`)
  if (share >= fullShare.fail) return fail('audit', says, larger)
  if (share >= fullShare.warn) return warn('audit', says, larger)
  if ((waiting ?? 0) >= waitingMany) return warn('audit', says, 'it lags: ronctl top shows its inbox')
  return ok('audit', says)
}

/** `/api/v1/machine` */
export function machineFindings(machine: Members): readonly Finding[] {
  const findings = [machine['findings'] ?? []].flat().filter(isObject)
  return findings.map(({ name, ok: well, detail, fix }) =>
    well === true ? ok(String(name), String(detail)) : warn(String(name), String(detail), String(fix)),
  )
}
