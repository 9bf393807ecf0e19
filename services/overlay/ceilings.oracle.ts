/**
 * What `Ceilings` decides, from the whole history instead of counts: the requests that are out, and for each
 * peer every time it was admitted and every time it was denied. It forgets nobody.
 */

import type { Limits } from './admission.ts'
import type { Facts } from './ceilings.ts'

interface Out {
  readonly facts: Facts
  readonly delayed: boolean
}

export class NaiveCeilings {
  readonly #limits: Limits
  readonly #admitted: { readonly peer: string; readonly atMs: number }[] = []
  readonly #denied: { readonly peer: string; readonly atMs: number }[] = []
  #out: Out[] = []

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get inflight(): number {
    return this.#out.length
  }

  /** The delay and a way to release, or the rule that refused. */
  enter(facts: Facts, nowMs: number): { delayMs: number; release: () => void } | string {
    const { inflightMax, tenantInflightMax, peerInflightMax, peerRateMax, delayedMax } = this.#limits
    const delayMs = this.#delayMs(facts.peer, nowMs)
    const count = (wanted: (out: Out) => boolean) => this.#out.filter(wanted).length
    if (this.#out.length >= inflightMax) return 'overlay.inflight_max'
    if (count(({ facts: { tenant } }) => tenant === facts.tenant) >= tenantInflightMax)
      return 'overlay.tenant_inflight_max'
    if (count(({ facts: { peer } }) => peer === facts.peer) >= peerInflightMax)
      return 'overlay.peer_inflight_max'
    if (peerRateMax > 0 && this.#tokens(facts.peer, nowMs) < 1) return 'overlay.peer_rate_max'
    if (delayMs > 0 && count(({ delayed }) => delayed) >= delayedMax) return 'overlay.delayed_max'

    const out = { facts, delayed: delayMs > 0 }
    this.#out.push(out)
    this.#admitted.push({ peer: facts.peer, atMs: nowMs })
    return { delayMs, release: () => (this.#out = this.#out.filter((other) => other !== out)) }
  }

  denied(peer: string, nowMs: number): number {
    this.#denied.push({ peer, atMs: nowMs })
    return this.#delayMs(peer, nowMs)
  }

  #tokens(peer: string, nowMs: number): number {
    const { peerRateMax } = this.#limits
    let tokens = peerRateMax
    let lastMs = 0
    for (const { atMs } of this.#admitted.filter((past) => past.peer === peer)) {
      tokens = Math.min(peerRateMax, tokens + ((atMs - lastMs) * peerRateMax) / 1_000) - 1
      lastMs = atMs
    }
    return Math.min(peerRateMax, tokens + ((nowMs - lastMs) * peerRateMax) / 1_000)
  }

  #delayMs(peer: string, nowMs: number): number {
    const { tarpitAfter, tarpitWindowMs, tarpitQuietMs, tarpitBaseMs, tarpitDelayMaxMs } = this.#limits
    if (tarpitAfter === 0) return 0
    let window: number[] = []
    let depth = 0
    let lastMs = Number.NEGATIVE_INFINITY
    for (const { atMs } of this.#denied.filter((past) => past.peer === peer)) {
      if (depth > 0 && atMs - lastMs < tarpitQuietMs) depth++
      else {
        depth = 0
        const [first] = window
        if (first !== undefined && atMs - first >= tarpitWindowMs) window = []
        window.push(atMs)
        if (window.length >= tarpitAfter) {
          depth = 1
          window = []
        }
      }
      lastMs = atMs
    }
    if (depth === 0 || nowMs - lastMs >= tarpitQuietMs) return 0
    return Math.min(tarpitDelayMaxMs, tarpitBaseMs * 2 ** (depth - 1))
  }
}
