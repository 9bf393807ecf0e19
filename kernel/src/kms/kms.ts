/**
 * The keys of a node. Secrets are drawn here, live here in buffers that are overwritten when their version is gone
 * or the node ends, and leave only as what they are for: a key derived for one use, or a signature; or all of them under a
 * seal, to a file or to the node that takes over. Without either, a node that starts anew has other keys.
 */

import { hkdfSync, sign } from 'node:crypto'
import { Refusal } from '../contract/refusals.ts'
import type { Clock } from '../ports/clock.ts'
import type { MlDsa, MlDsaKey } from '../ports/ml-dsa.ts'
import { keyFromSeed, publicKeyOfSeed } from '../tlog/note.ts'
import {
  isKeyring,
  newKeyring,
  nextGoneMs,
  rotated,
  versionsMax,
  withoutGone,
  type Keyring,
  type KeyVersion,
} from './keyring.ts'
import {
  isKept,
  purposes,
  type DerivingPurpose,
  type Purpose,
  type SharedPurpose,
  type SigningPurpose,
} from './purposes.ts'

export const secretBytes = 32
/** How long a version may be good beyond its rotation. Longer than that no timer of the system waits. */
export const graceMsMax = 20 * 24 * 3_600_000

export interface KmsParts {
  readonly clock: Clock
  /** The secret of a further version: 32 bytes that become the kms's own. Throws a `Refusal` when there is none. */
  readonly draw: (purpose: Purpose) => Uint8Array
  /** Keeps all of them, before a further version is used. Throws a `Refusal` when it cannot. */
  readonly keep?: (keys: readonly KeptKey[]) => void
}

/** A version with its secret, as it lies sealed in a file or goes sealed to the next process. */
export interface KeptKey extends KeyVersion {
  readonly purpose: string
  readonly secret: Uint8Array
}

export interface SignedByBoth {
  /** 32 and 1952 bytes. */
  readonly publicKeys: Uint8Array
  /** 64 and 3309 bytes. */
  readonly signatures: Uint8Array
}

export interface KeyChange {
  readonly purpose: Purpose
  /** The version that became active; null where some only went. */
  readonly made: number | null
  readonly gone: readonly number[]
}

export class Kms {
  readonly #parts: KmsParts
  readonly #rings = new Map<Purpose, Keyring>()
  /** By purpose and version. */
  readonly #secrets = new Map<string, Uint8Array>()
  readonly #timers = new Map<Purpose, () => void>()
  readonly #listeners: ((change: KeyChange) => void)[] = []
  #destroyed = false
  /** Whether another node has copies of them. */
  #lentOut = false

  /**
   * Goes on with what was kept of each of these purposes, or has a first version of it; it has none of any other. Throws a
   * sentence when what was kept is no keyring.
   */
  constructor(parts: KmsParts, held: readonly Purpose[], kept: readonly KeptKey[] = []) {
    this.#parts = parts
    for (const purpose of held) {
      const own = kept.filter((key) => key.purpose === purpose)
      if (own.length > 0) this.#goOn(purpose, own)
      else {
        this.#keep(purpose, 1, parts.draw(purpose))
        this.#rings.set(purpose, newKeyring(parts.clock.now()))
      }
    }
  }

  /** Copies of all that is good now and may outlive the process, to be overwritten by whoever asked. */
  kept(): readonly KeptKey[] {
    return this.held.filter(isKept).flatMap((purpose) =>
      this.versions(purpose).map((key) => ({
        ...key,
        purpose,
        secret: Uint8Array.from(this.#secret(purpose, key.version)),
      })),
    )
  }

  /**
   * The same for a node that takes over. Until `takeBack` none of them is rotated: the other node would not have the
   * further version, and all that was made with it would be lost.
   */
  handOut(): readonly KeptKey[] {
    this.#lentOut = true
    return this.kept()
  }

  /** The node that was to take over did not. */
  takeBack(): void {
    this.#lentOut = false
  }

  /** The purposes it has keys for. */
  get held(): readonly Purpose[] {
    return [...this.#rings.keys()]
  }

  /** Those that are good now, the active one last; none for a purpose that has no keys here. */
  versions(purpose: Purpose): Keyring {
    return withoutGone(this.#rings.get(purpose) ?? [], this.#parts.clock.now())
  }

  active(purpose: Purpose): number {
    return this.versions(purpose).at(-1)?.version ?? 0
  }

  /** Called in the turn of a change, after it. */
  onChange(listener: (change: KeyChange) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Makes a further version the active one; the earlier ones are good for `graceMs` from now, or less if they were
   * to be gone before. Throws a `Refusal` when too many would be good at once, when there is no secret to be had, and
   * while another node has copies.
   */
  rotate(purpose: Purpose, graceMs: number): number {
    const nowMs = this.#parts.clock.now()
    const ring = this.versions(purpose)
    if (this.#destroyed || ring.length === 0)
      throw new Refusal('NotEnabled', `this node has no keys for ${purpose}`)
    if (this.#lentOut && isKept(purpose)) throw handedOver(purpose)
    const next = rotated(ring, nowMs, Math.min(graceMs, graceMsMax))
    if (next === null) throw tooMany(purpose, ring)
    const made = next.at(-1)?.version ?? 0
    this.#keep(purpose, made, this.#parts.draw(purpose))
    this.#keepAll(purpose, next, made)
    this.#turnTo(purpose, next, made)
    return made
  }

  /** A key of 32 bytes for one use of a purpose, by HKDF-SHA256 (RFC 5869). It is the caller's, to be overwritten. */
  derive(purpose: DerivingPurpose, version: number, use: string): Uint8Array {
    const info = `ron/1 ${purpose} ${version} ${use}`
    return new Uint8Array(hkdfSync('sha256', this.#secret(purpose, version), '', info, secretBytes))
  }

  /** An Ed25519 signature (RFC 8032). */
  sign(purpose: SigningPurpose, version: number, message: Uint8Array): Uint8Array {
    return sign(null, message, keyFromSeed(this.#secret(purpose, version)))
  }

  /** As an Ed25519 key and a key of ML-DSA-65 beside it sign: both keys and both signatures, one behind the other. */
  signWithBoth(purpose: SigningPurpose, version: number, message: Uint8Array, mlDsa: MlDsa): SignedByBoth {
    const ed25519 = { key: this.publicKey(purpose, version), signature: this.sign(purpose, version, message) }
    const beside = this.#keyBeside(purpose, version, mlDsa)
    try {
      return {
        publicKeys: Buffer.concat([ed25519.key, beside.publicKey]),
        signatures: Buffer.concat([ed25519.signature, beside.sign(message)]),
      }
    } finally {
      beside.destroy()
    }
  }

  /** What `work` makes of a secret that is shared with somebody outside; it may not keep it. */
  lend<Made>(purpose: SharedPurpose, version: number, work: (secret: Uint8Array) => Made): Made {
    return work(this.#secret(purpose, version))
  }

  /** 32 bytes. */
  publicKey(purpose: SigningPurpose, version: number): Uint8Array {
    return publicKeyOfSeed(this.#secret(purpose, version))
  }

  /** Overwrites every secret. Nothing can be derived or signed from then on. */
  destroy(): void {
    this.#destroyed = true
    for (const cancel of this.#timers.values()) cancel()
    for (const secret of this.#secrets.values()) secret.fill(0)
    this.#secrets.clear()
  }

  #secret(purpose: Purpose, version: number): Uint8Array {
    const secret = this.#secrets.get(nameOf(purpose, version))
    if (secret !== undefined) return secret
    throw new Refusal('Draining', `version ${version} of ${purpose} is gone`)
  }

  /**
   * The ML-DSA-65 key beside an Ed25519 one is made of the same secret, by HKDF-SHA256, so that who the node is lies in one
   * file. Ed25519 hashes that secret as well: whoever breaks the one key learns nothing of the other.
   */
  #keyBeside(purpose: SigningPurpose, version: number, mlDsa: MlDsa): MlDsaKey {
    const info = `ron/1 ${purpose} ml-dsa-65`
    const seed = new Uint8Array(hkdfSync('sha256', this.#secret(purpose, version), '', info, secretBytes))
    try {
      return mlDsa.keyFrom(seed)
    } finally {
      seed.fill(0)
    }
  }

  #goOn(purpose: Purpose, kept: readonly KeptKey[]): void {
    const whole = kept.map(({ version, madeAtMs, goneAtMs }) => ({ version, madeAtMs, goneAtMs }))
    if (!isKeyring(whole))
      throw new Error(`the keys that were kept for ${purpose} are no versions of one key`)
    const ring = withoutGone(whole, this.#parts.clock.now())
    const good = new Set(ring.map(({ version }) => version))
    for (const { version, secret } of kept)
      if (good.has(version)) this.#keep(purpose, version, Uint8Array.from(secret))
    this.#rings.set(purpose, ring)
    this.#time(purpose)
  }

  #keep(purpose: Purpose, version: number, secret: Uint8Array): void {
    if (secret.length !== secretBytes) throw new RangeError(`a secret has ${secretBytes} bytes`)
    this.#secrets.set(nameOf(purpose, version), secret)
  }

  #turnTo(purpose: Purpose, next: Keyring, made: number | null): void {
    const left = new Set(next.map(({ version }) => version))
    const gone = (this.#rings.get(purpose) ?? [])
      .map(({ version }) => version)
      .filter((version) => !left.has(version))
    this.#rings.set(purpose, next)
    for (const listener of this.#listeners) listener({ purpose, made, gone })
    for (const version of gone) this.#overwrite(purpose, version)
    this.#time(purpose)
  }

  /** As it will be. What cannot be kept does not come to be. */
  #keepAll(purpose: Purpose, next: Keyring, made: number): void {
    const before = this.#rings.get(purpose) ?? []
    this.#rings.set(purpose, next)
    const keys = this.kept()
    this.#rings.set(purpose, before)
    try {
      this.#parts.keep?.(keys)
    } catch (thrown) {
      this.#overwrite(purpose, made)
      throw thrown
    } finally {
      for (const { secret } of keys) secret.fill(0)
    }
  }

  #overwrite(purpose: Purpose, version: number): void {
    const name = nameOf(purpose, version)
    this.#secrets.get(name)?.fill(0)
    this.#secrets.delete(name)
  }

  /** Waits for the next version that is to go. */
  #time(purpose: Purpose): void {
    this.#timers.get(purpose)?.()
    const { clock } = this.#parts
    const atMs = nextGoneMs(this.#rings.get(purpose) ?? [])
    if (atMs === null || this.#destroyed) return
    const cancel = clock.after(Math.max(0, atMs - clock.now()), () => {
      this.#turnTo(purpose, this.versions(purpose), null)
    })
    this.#timers.set(purpose, cancel)
  }
}

function nameOf(purpose: Purpose, version: number): string {
  return `${purpose} ${version}`
}

function tooMany(purpose: Purpose, ring: Keyring): Refusal {
  const first = ring.find(({ goneAtMs }) => goneAtMs !== null)?.goneAtMs ?? 0
  const message = `${versionsMax} versions of ${purpose} are good at once, and no more may be`
  return new Refusal('Conflict', message, {
    explain: {
      wall: 'handler',
      rule: 'key-versions-max',
      fix: `wait until ${new Date(first).toISOString()}, when the next one is gone, or rotate with a shorter grace`,
    },
  })
}

function handedOver(purpose: Purpose): Refusal {
  const message = `another node takes over and has the keys for ${purpose} already, so none is added here`
  return new Refusal('Conflict', message, {
    explain: {
      wall: 'handler',
      rule: 'key-handed-over',
      fix: 'rotate at the node that takes over; if that comes to nothing, rotate here after a minute',
    },
  })
}

/** What each purpose that is held is for. */
export function docOf(purpose: Purpose): string {
  return purposes[purpose].doc
}
