/**
 * Whether a request may come in now, and how long it is made to wait first: pure decisions over counts. It
 * knows no table of peers and no clock; `ceilings.ts` keeps those.
 *
 * A ceiling refuses what is too much at once. A tarpit slows down a peer that keeps being denied: after
 * `tarpitAfter` denials within a window, its requests wait `tarpitBaseMs`, doubling with every further denial
 * up to `tarpitDelayMaxMs`, until it has gone `tarpitQuietMs` without one.
 */

export interface Limits {
  /** Requests in flight, waiting ones included: overall, of one peer, of one tenant. */
  readonly inflightMax: number
  readonly peerInflightMax: number
  readonly tenantInflightMax: number
  /** Requests a second of one peer, with bursts of a second's worth; 0 for no limit. */
  readonly peerRateMax: number
  /** 0 for no tarpit. */
  readonly tarpitAfter: number
  readonly tarpitWindowMs: number
  readonly tarpitBaseMs: number
  readonly tarpitDelayMaxMs: number
  readonly tarpitQuietMs: number
  /** Requests that were made to wait and are not done yet: waiting must not become a queue without end. */
  readonly delayedMax: number
  /** Peers that are remembered. */
  readonly peersMax: number
}

/** What is remembered of a peer. */
export interface Peer {
  readonly inflight: number
  /** Requests it might still make at an instant; null for a full second's worth. */
  readonly bucket: { readonly tokens: number; readonly atMs: number } | null
  /** Denials in the window that counts them; null when there were none lately. */
  readonly denials: { readonly count: number; readonly sinceMs: number } | null
  /** How deep it is in the tarpit; null when it is not. */
  readonly tarpit: { readonly depth: number; readonly deniedAtMs: number } | null
}

export interface State {
  readonly peer: Peer
  readonly inflight: number
  readonly tenantInflight: number
  readonly delayed: number
}

export type Verdict =
  | { readonly admit: true; readonly delayMs: number }
  | { readonly admit: false; readonly rule: string; readonly because: string; readonly retryAfterMs: number }

export const stranger: Peer = { inflight: 0, bucket: null, denials: null, tarpit: null }

/** A place in flight is free again soon, nobody knows when exactly. */
const RETRY_SOON_MS = 250

/** A request asks to come in. `flaggedDelayMs` is the wait an operator gave its peer, 0 for none. */
export function enter(
  before: State,
  nowMs: number,
  flaggedDelayMs: number,
  limits: Limits,
): readonly [State, Verdict] {
  const peer = settled(before.peer, nowMs, limits)
  const tokens = limits.peerRateMax === 0 ? 1 : tokensOf(peer, nowMs, limits)
  const delayMs = Math.max(flaggedDelayMs, tarpitDelayMs(peer, limits))
  const refusal = ceilingReached(before, peer, tokens, delayMs, limits)
  if (refusal !== undefined) return [{ ...before, peer }, refusal]
  const bucket = limits.peerRateMax === 0 ? null : { tokens: tokens - 1, atMs: nowMs }
  const after = {
    peer: busier(peer, 1, bucket),
    inflight: before.inflight + 1,
    tenantInflight: before.tenantInflight + 1,
    delayed: before.delayed + (delayMs > 0 ? 1 : 0),
  }
  return [after, { admit: true, delayMs }]
}

/** A request that came in is done. */
export function leave(before: State, wasDelayed: boolean): State {
  return {
    peer: busier(before.peer, -1, before.peer.bucket),
    inflight: before.inflight - 1,
    tenantInflight: before.tenantInflight - 1,
    delayed: before.delayed - (wasDelayed ? 1 : 0),
  }
}

/** A peer was told 401 or 403. */
export function denied(before: Peer, nowMs: number, limits: Limits): Peer {
  if (limits.tarpitAfter === 0) return before
  const peer = settled(before, nowMs, limits)
  if (peer.tarpit !== null) {
    return { ...peer, tarpit: { depth: peer.tarpit.depth + 1, deniedAtMs: nowMs } }
  }
  const { count, sinceMs } = peer.denials ?? { count: 0, sinceMs: nowMs }
  if (count + 1 < limits.tarpitAfter) return { ...peer, denials: { count: count + 1, sinceMs } }
  return { ...peer, denials: null, tarpit: { depth: 1, deniedAtMs: nowMs } }
}

/** Whether forgetting the peer would change nothing. */
export function isForgettable(peer: Peer): boolean {
  return peer.inflight === 0 && peer.bucket === null && peer.denials === null && peer.tarpit === null
}

/** Written out: every request comes by here twice, and a spread takes ten times as long. */
function busier({ inflight, denials, tarpit }: Peer, by: 1 | -1, bucket: Peer['bucket']): Peer {
  return { inflight: inflight + by, bucket, denials, tarpit }
}

/** `peer` stands for the one in the state, as time has left it. */
function ceilingReached(
  { inflight, tenantInflight, delayed }: State,
  peer: Peer,
  tokens: number,
  delayMs: number,
  limits: Limits,
): Verdict | undefined {
  if (inflight >= limits.inflightMax) {
    return busy('overlay.inflight_max', `${inflight} requests are in flight`, RETRY_SOON_MS)
  }
  if (tenantInflight >= limits.tenantInflightMax) {
    const because = `${tenantInflight} requests of this tenant are in flight`
    return busy('overlay.tenant_inflight_max', because, RETRY_SOON_MS)
  }
  if (peer.inflight >= limits.peerInflightMax) {
    const because = `${peer.inflight} requests of this peer are in flight`
    return busy('overlay.peer_inflight_max', because, RETRY_SOON_MS)
  }
  if (tokens < 1) {
    const retryAfterMs = Math.ceil(((1 - tokens) * 1_000) / limits.peerRateMax)
    return busy(
      'overlay.peer_rate_max',
      `this peer makes more than ${limits.peerRateMax} requests a second`,
      retryAfterMs,
    )
  }
  if (delayMs > 0 && delayed >= limits.delayedMax) {
    return busy(
      'overlay.delayed_max',
      `${delayed} requests are in the tarpit`,
      Math.max(delayMs, RETRY_SOON_MS),
    )
  }
  return undefined
}

function busy(rule: string, because: string, retryAfterMs: number): Verdict {
  return {
    admit: false,
    rule,
    because: `${because}, the limit ${rule}; try again in ${retryAfterMs} ms`,
    retryAfterMs,
  }
}

/** How long a peer's requests, and the refusals it gets, are held back. */
export function tarpitDelayMs({ tarpit }: Peer, limits: Limits): number {
  if (tarpit === null) return 0
  return Math.min(limits.tarpitBaseMs * 2 ** (tarpit.depth - 1), limits.tarpitDelayMaxMs)
}

function tokensOf({ bucket }: Peer, nowMs: number, { peerRateMax }: Limits): number {
  if (bucket === null) return peerRateMax
  return Math.min(peerRateMax, bucket.tokens + ((nowMs - bucket.atMs) * peerRateMax) / 1_000)
}

/** The peer without the denials that time has made irrelevant. */
function settled(peer: Peer, nowMs: number, limits: Limits): Peer {
  const { denials, tarpit } = peer
  if (denials === null && tarpit === null) return peer
  const counted = denials !== null && nowMs - denials.sinceMs < limits.tarpitWindowMs
  const sunk = tarpit !== null && limits.tarpitAfter > 0 && nowMs - tarpit.deniedAtMs < limits.tarpitQuietMs
  return { ...peer, denials: counted ? denials : null, tarpit: sunk ? tarpit : null }
}
