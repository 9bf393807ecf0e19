/** The ceilings as they travel and as the domain has them: the same numbers under two spellings. */

import type { EventOf, ResponseOf } from '@ron/kernel/contract/contract'
import type { Fields } from '@ron/kernel/ports/port'
import type { Limits } from './admission.ts'
import type { Snapshot } from './ceilings.ts'
import type { overlay } from './contract.ts'
import type { Flag } from './flags.ts'

type Operations = (typeof overlay)['operations']
type WireLimits = ResponseOf<Operations['getCeilings']>
type WireTarpit = EventOf<Operations['watch']>['tarpits'][number]

/** What `watch` tells the front end, as `Ceilings` takes it. Throws when the event is not one. */
export function snapshotOf(event: Fields): Snapshot {
  const { ceilings, tarpits } = event
  if (!isFields(ceilings) || !Array.isArray(tarpits)) throw new TypeError('this is no event of overlay.watch')
  const flags = tarpits.filter(isFields).map(({ peer, ...tarpit }) => ({
    peer: typeof peer === 'string' ? peer : '',
    remainingMs: numberIn(tarpit, 'remaining_ms'),
    delayMs: numberIn(tarpit, 'delay_ms'),
  }))
  return { limits: limitsOf(ceilings), flags }
}

export function limitsOf(wire: Fields): Limits {
  return {
    inflightMax: numberIn(wire, 'inflight_max'),
    peerInflightMax: numberIn(wire, 'peer_inflight_max'),
    tenantInflightMax: numberIn(wire, 'tenant_inflight_max'),
    peerRateMax: numberIn(wire, 'peer_rate_max'),
    tarpitAfter: numberIn(wire, 'tarpit_after'),
    tarpitWindowMs: numberIn(wire, 'tarpit_window_ms'),
    tarpitBaseMs: numberIn(wire, 'tarpit_base_ms'),
    tarpitDelayMaxMs: numberIn(wire, 'tarpit_delay_max_ms'),
    tarpitQuietMs: numberIn(wire, 'tarpit_quiet_ms'),
    delayedMax: numberIn(wire, 'delayed_max'),
    peersMax: numberIn(wire, 'peers_max'),
  }
}

export function wireLimits(limits: Limits): WireLimits {
  return {
    inflight_max: limits.inflightMax,
    peer_inflight_max: limits.peerInflightMax,
    tenant_inflight_max: limits.tenantInflightMax,
    peer_rate_max: limits.peerRateMax,
    tarpit_after: limits.tarpitAfter,
    tarpit_window_ms: limits.tarpitWindowMs,
    tarpit_base_ms: limits.tarpitBaseMs,
    tarpit_delay_max_ms: limits.tarpitDelayMaxMs,
    tarpit_quiet_ms: limits.tarpitQuietMs,
    delayed_max: limits.delayedMax,
    peers_max: limits.peersMax,
  }
}

export function wireTarpit({ peer, remainingMs, delayMs }: Flag): WireTarpit {
  return { peer, remaining_ms: remainingMs, delay_ms: delayMs }
}

function numberIn(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value !== 'number') throw new TypeError(`${name} is missing from an event of overlay.watch`)
  return value
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
