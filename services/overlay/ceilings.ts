/**
 * The ceilings in force, kept where requests come in: counts, a bounded table of peers, and what operators
 * flagged. Every request calls `enter` and, once it is done, `release`; the decisions are `admission.ts`.
 *
 *     active   peers with requests in flight
 *     idle     peers worth remembering without any, the one that fell idle first in front: it is evicted first
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

export class Ceilings {
  #limits: Limits
  #flags = new Map<string, { readonly untilMs: number; readonly delayMs: number }>()
  readonly #active = new Map<string, Peer>()
  readonly #idle = new Map<string, Peer>()
  readonly #tenants = new Map<string, number>()
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
      peers: this.#active.size + this.#idle.size,
      tenants: this.#tenants.size,
    }
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
    if (after.tenantInflight === 0) this.#tenants.delete(tenant)
    else this.#tenants.set(tenant, after.tenantInflight)
    this.#keepPeer(peer, after.peer)
  }

  #keepPeer(name: string, peer: Peer): void {
    if (peer.inflight > 0) {
      this.#idle.delete(name)
      this.#active.set(name, peer)
      return
    }
    this.#active.delete(name)
    // Deleting first moves a peer that is idle already to the back.
    this.#idle.delete(name)
    if (!isForgettable(peer)) this.#idle.set(name, peer)
  }

  /** Whether the peer is in the table or may be added, for which an idle one makes room. */
  #hasRoomFor(name: string): boolean {
    if (this.#active.has(name) || this.#idle.has(name)) return true
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
