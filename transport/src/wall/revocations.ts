/**
 * Which tokens are no longer good although their chain is: a bounded table beside the wall. It is looked into
 * when a token is verified, and again whenever it has changed since, so no cache outlives a revocation. An entry
 * goes when everything it is about has expired by itself.
 *
 *     signature    that token, and all that was attenuated from it
 *     identifier   every token of that minting, the first one and all narrower ones
 *     tenant       every token for that tenant which was minted before a moment
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Clock } from '@ron/kernel/ports/clock'
import { lifeOf } from '../macaroon/roots.ts'

export type Revoked =
  | { readonly by: 'signature'; readonly signature: Uint8Array; readonly identifier: string }
  | { readonly by: 'identifier'; readonly identifier: string }
  | { readonly by: 'tenant'; readonly tenant: string; readonly mintedBeforeMs: number }

/** What a token is known by. */
export interface Marks {
  /** As `printable` writes it, whole. */
  readonly identifier: string
  /** As `keyOf` writes them. */
  readonly lineage: readonly string[]
  readonly tenant: string | null
}

/** As it is told; a signature is a secret until it is revoked, and is not told even then. */
export interface Revocation {
  readonly by: Revoked['by']
  /** The identifier or the tenant. */
  readonly what: string
  /** When the entry goes; infinite for what never expires. */
  readonly untilMs: number
  /** Of a tenant: tokens minted from then on are good. */
  readonly mintedBeforeMs: number | null
}

/** An entry as another process can take it over. */
export interface KeptRevocation extends Revocation {
  /** Of a signature, this is the signature: a secret. */
  readonly key: string
}

export class Revocations {
  readonly #clock: Clock
  readonly #max: number
  readonly #entries = new Map<string, Revocation>()
  readonly #onChange: (() => void)[] = []
  #version = 0

  /** `max` is the setting `capabilities.revocations_max`. */
  constructor(clock: Clock, max: number) {
    this.#clock = clock
    this.#max = max
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#entries.size
  }

  /** Called in the turn of a change, after it. */
  onChange(listener: () => void): void {
    this.#onChange.push(listener)
  }

  /** In force when this returns. Throws a `Refusal` when the table is full. */
  add(revoked: Revoked, untilMs: number): Revocation {
    const key = keyFor(revoked)
    const before = this.#entries.get(key)
    if (before === undefined && this.#entries.size >= this.#max) this.#forgetExpired()
    if (before === undefined && this.#entries.size >= this.#max) throw full(this.#max)
    const entry = entryOf(revoked, Math.max(untilMs, before?.untilMs ?? untilMs))
    this.#entries.set(key, entry)
    this.#version++
    for (const listener of this.#onChange) listener()
    return entry
  }

  /** The entry that a token falls under; null when it is good. */
  find({ identifier, lineage, tenant }: Marks): Revocation | null {
    if (this.#entries.size === 0) return null
    const named = this.#entries.get(`id ${identifier}`)
    if (named !== undefined) return named
    for (const signature of lineage) {
      const entry = this.#entries.get(signature)
      if (entry !== undefined) return entry
    }
    const whole = tenant === null ? undefined : this.#entries.get(`tenant ${tenant}`)
    // A token that does not say when it was made may be as old as any.
    const mintedMs = lifeOf(identifier)?.mintedMs ?? Number.NEGATIVE_INFINITY
    return whole !== undefined && mintedMs < (whole.mintedBeforeMs ?? 0) ? whole : null
  }

  /** What is in force, in the order it was revoked. */
  list(): readonly Revocation[] {
    this.#forgetExpired()
    return [...this.#entries.values()]
  }

  /** All that is in force, to be taken over. */
  kept(): readonly KeptRevocation[] {
    this.#forgetExpired()
    return [...this.#entries].map(([key, entry]) => ({ key, ...entry }))
  }

  /** Takes over what was in force elsewhere, beside its own. Throws a `Refusal` when the table is full. */
  restore(kept: readonly KeptRevocation[]): void {
    for (const { key, ...entry } of kept) {
      if (!this.#entries.has(key) && this.#entries.size >= this.#max) throw full(this.#max)
      this.#entries.set(key, entry)
    }
    if (kept.length === 0) return
    this.#version++
    for (const listener of this.#onChange) listener()
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.now()
    for (const [key, { untilMs }] of this.#entries) if (untilMs <= nowMs) this.#entries.delete(key)
  }
}

/** A signature as a key of the table. */
export function keyOf(signature: Uint8Array): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.length).toString('latin1')
}

function keyFor(revoked: Revoked): string {
  switch (revoked.by) {
    case 'signature':
      return keyOf(revoked.signature)
    case 'identifier':
      return `id ${revoked.identifier}`
    case 'tenant':
      return `tenant ${revoked.tenant}`
  }
}

function entryOf(revoked: Revoked, untilMs: number): Revocation {
  const { by } = revoked
  if (by === 'tenant') return { by, what: revoked.tenant, untilMs, mintedBeforeMs: revoked.mintedBeforeMs }
  return { by, what: revoked.identifier, untilMs, mintedBeforeMs: null }
}

function full(max: number): Refusal {
  return new Refusal('Full', `${max} revocations are in force, and there is room for no more`, {
    explain: {
      wall: 'auth',
      rule: 'revocations-max',
      fix: 'raise capabilities.revocations_max, or void all tokens at once: rotate capability-root without grace',
    },
  })
}
