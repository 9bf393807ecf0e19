/**
 * The ceilings in force, kept where requests come in: counts, a bounded table of peers, and what operators
 * flagged. Every request calls `enter` and, once it is done, `release`; the decisions are `admission.ts`.
 *
 *     active   peers with requests in flight, and a few at rest
 *     idle     peers worth remembering without any, the one that fell idle first in front: it is evicted first
 *
 * Who has nothing in flight and nothing to be remembered for stays for a while, at rest: most often it is back at once,
 * and a `Map` that entries come to and leave with every request keeps V8 from being rid of them.
 */

import {
  denied,
  enter,
  isForgettable,
  leave,
  stranger,
  tarpitDelayMs,
  type Limits,
  type Peer,
  type State,
} from './admission.ts'

export interface Facts {
  /** Who is at the other end, usually its address. */
  readonly peer: string
  readonly tenant: string
  readonly service: string
  readonly operation: string
}

export type Entry =
  /** `release` is called when the request is done, whatever became of it; calling it again does nothing. */
  | { readonly admit: true; readonly delayMs: number; readonly release: () => void }
  | { readonly admit: false; readonly retryAfterMs: number; readonly message: string; readonly rule: string }

export interface Snapshot {
  readonly limits: Limits
  readonly flags: readonly { readonly peer: string; readonly remainingMs: number; readonly delayMs: number }[]
}

/** Peers, and tenants, that may be at rest before they are dropped all at once. */
const restingMax = 64

export class Ceilings {
  #limits: Limits
  #flags = new Map<string, { readonly untilMs: number; readonly delayMs: number }>()
  readonly #active = new Map<string, Peer>()
  readonly #idle = new Map<string, Peer>()
  readonly #tenants = new Map<string, number>()
  #restingPeers = 0
  #restingTenants = 0
  #inflight = 0
  #delayed = 0

  /** Every `nowMs` comes from one clock that never goes back. */
  constructor(snapshot: Snapshot, nowMs: number) {
    this.#limits = snapshot.limits
    this.update(snapshot, nowMs)
  }

  /** Counts, for metrics. */
  get load(): { inflight: number; delayed: number; peers: number; tenants: number } {
    return {
      inflight: this.#inflight,
      delayed: this.#delayed,
      peers: this.#active.size - this.#restingPeers + this.#idle.size,
      tenants: this.#tenants.size - this.#restingTenants,
    }
  }

  /** Names in memory, those at rest among them. */
  get kept(): number {
    return this.#active.size + this.#idle.size + this.#tenants.size
  }

  /** Puts new limits and flags in force; what is in flight stays, also above a lower ceiling. */
  update({ limits, flags }: Snapshot, nowMs: number): void {
    this.#limits = limits
    this.#flags = new Map(
      flags.map(({ peer, remainingMs, delayMs }) => [peer, { untilMs: nowMs + remainingMs, delayMs }]),
    )
    while (this.load.peers > limits.peersMax && this.#evictOne());
  }

  enter(facts: Facts, nowMs: number): Entry {
    if (!this.#hasRoomFor(facts.peer)) {
      const rule = 'overlay.peers_max'
      const message = `${called(facts)}: ${this.load.peers} peers are active, the limit ${rule}; try again in 1000 ms`
      return { admit: false, retryAfterMs: 1_000, message, rule }
    }
    const before = this.#stateOf(facts)
    const [after, verdict] = enter(before, nowMs, this.#flaggedDelayMs(facts.peer, nowMs), this.#limits)
    this.#keep(facts, after)
    if (!verdict.admit) {
      const { retryAfterMs, because, rule } = verdict
      return { admit: false, retryAfterMs, message: `${called(facts)}: ${because}`, rule }
    }
    let released = false
    const release = () => {
      if (released) return
      released = true
      this.#keep(facts, leave(this.#stateOf(facts), verdict.delayMs > 0))
    }
    return { admit: true, delayMs: verdict.delayMs, release }
  }

  /** A request of this peer is answered with 401 or 403; returns how long that answer is held back. */
  denied(peer: string, nowMs: number): number {
    if (!this.#hasRoomFor(peer)) return 0
    const after = denied(this.#peer(peer), nowMs, this.#limits)
    this.#keepPeer(peer, after)
    return tarpitDelayMs(after, this.#limits)
  }

  #peer(name: string): Peer {
    return this.#active.get(name) ?? this.#idle.get(name) ?? stranger
  }

  #stateOf({ peer, tenant }: Facts): State {
    return {
      peer: this.#peer(peer),
      inflight: this.#inflight,
      tenantInflight: this.#tenants.get(tenant) ?? 0,
      delayed: this.#delayed,
    }
  }

  #keep({ peer, tenant }: Facts, after: State): void {
    this.#inflight = after.inflight
    this.#delayed = after.delayed
    this.#keepTenant(tenant, after.tenantInflight)
    this.#keepPeer(peer, after.peer)
  }

  #keepTenant(name: string, inflight: number): void {
    const before = this.#tenants.get(name)
    if (before === undefined && inflight === 0) return
    this.#tenants.set(name, inflight)
    if (before === 0) this.#restingTenants--
    if (inflight > 0 || ++this.#restingTenants <= restingMax) return
    for (const [tenant, count] of this.#tenants) if (count === 0) this.#tenants.delete(tenant)
    this.#restingTenants = 0
  }

  #keepPeer(name: string, peer: Peer): void {
    const before = this.#active.get(name)
    if (before?.inflight === 0) this.#restingPeers--
    if (peer.inflight > 0 || (before !== undefined && isForgettable(peer))) {
      if (before === undefined) this.#idle.delete(name)
      this.#active.set(name, peer)
      if (peer.inflight === 0 && ++this.#restingPeers > restingMax) this.#dropResting()
      return
    }
    if (before !== undefined) this.#active.delete(name)
    // Deleting first moves a peer that is idle already to the back.
    this.#idle.delete(name)
    if (!isForgettable(peer)) this.#idle.set(name, peer)
  }

  #dropResting(): void {
    for (const [name, { inflight }] of this.#active) if (inflight === 0) this.#active.delete(name)
    this.#restingPeers = 0
  }

  /** Whether the peer is in the table or may be added, for which an idle one makes room. */
  #hasRoomFor(name: string): boolean {
    if ((this.#active.get(name)?.inflight ?? 0) > 0 || this.#idle.has(name)) return true
    return this.load.peers < this.#limits.peersMax || this.#evictOne()
  }

  #evictOne(): boolean {
    const [oldest] = this.#idle.keys()
    return oldest !== undefined && this.#idle.delete(oldest)
  }

  #flaggedDelayMs(peer: string, nowMs: number): number {
    const flag = this.#flags.get(peer)
    if (flag === undefined) return 0
    if (nowMs < flag.untilMs) return flag.delayMs
    this.#flags.delete(peer)
    return 0
  }
}

function called({ service, operation }: Facts): string {
  return `${service}.${operation}`
}
