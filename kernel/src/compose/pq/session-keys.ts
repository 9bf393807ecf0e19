/**
 * The keys that the node opens sessions with: one for each version of the kms purpose `session`, under the signature of
 * the identity that was there when it was made. They rotate by the clock, and whenever the identity does; the one
 * before is good for one period more. All of it is in memory and nowhere else.
 */

import type { HeldKey, SessionKeys } from '@ron/transport/session/sealing'
import { keyIdOf, signedKeyText, type SignedKey } from '@ron/transport/session/signed-key'
import { suites, type Suite } from '@ron/transport/session/suites'
import type { SessionTools } from '@ron/transport/session/tools'
import type { Kms } from '../../kms/kms.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

const purpose = 'session'
const signer = 'node-identity'

export class RotatingKeys implements SessionKeys {
  readonly #kms: Kms
  readonly #clock: Clock
  readonly #log: Log
  readonly #rotateMs: number
  readonly #tools: SessionTools
  /** By version. */
  readonly #held = new Map<number, HeldKey>()
  #offered: HeldKey
  #cancel = () => {}

  constructor(kms: Kms, clock: Clock, log: Log, rotateMs: number, tools: SessionTools) {
    this.#kms = kms
    this.#clock = clock
    this.#log = log
    this.#rotateMs = rotateMs
    this.#tools = tools
    this.#offered = this.#make(kms.active(purpose))
    kms.onChange(({ purpose: changed, made, gone }) => {
      if (changed === signer && made !== null) this.#rotate()
      if (changed !== purpose) return
      for (const version of gone) this.#forget(version)
      if (made !== null) this.#offered = this.#make(made)
    })
    this.#wait()
  }

  offered(): HeldKey {
    return this.#offered
  }

  find(id: string): HeldKey | null {
    for (const held of this.#held.values()) if (held.id === id) return held
    return null
  }

  stop(): void {
    this.#cancel()
  }

  /** Overwrites every secret; no session is opened from then on. */
  wipe(): void {
    this.stop()
    for (const version of this.#held.keys()) this.#forget(version)
  }

  #wait(): void {
    this.#cancel = this.#clock.after(this.#rotateMs, () => {
      this.#rotate()
      this.#wait()
    })
  }

  #rotate(): void {
    try {
      this.#kms.rotate(purpose, this.#rotateMs)
    } catch (thrown) {
      // Too many versions are good already, or the node ends; the next turn of the clock tries again.
      this.#log.warn('the session key was not rotated', { because: String(thrown) })
    }
  }

  #make(version: number): HeldKey {
    const seed = this.#kms.derive(purpose, version, 'x-wing')
    const { primitives, xWing } = this.#tools
    const secret = xWing.keyFrom(seed)
    seed.fill(0)
    const issuedMs = this.#clock.now()
    const said = { publicKey: secret.publicKey, issuedMs, expiresMs: issuedMs + 2 * this.#rotateMs }
    const id = keyIdOf(secret.publicKey, primitives)
    const [both, one] = suites
    const signed = (suite: Suite): SignedKey => {
      const text = signedKeyText({ ...said, suite }, primitives)
      return { ...said, id, suite, ...this.#signed(suite === both, text) }
    }
    const held = { id, secret, signed: { [both]: signed(both), [one]: signed(one) } }
    this.#held.set(version, held)
    return held
  }

  /** By the identity that is active: both of its keys, or Ed25519 alone for clients that know no other. */
  #signed(both: boolean, text: Uint8Array): Pick<SignedKey, 'identity' | 'signature'> {
    const version = this.#kms.active(signer)
    if (both) {
      const { publicKeys, signatures } = this.#kms.signWithBoth(signer, version, text, this.#tools.mlDsa)
      return { identity: publicKeys, signature: signatures }
    }
    return {
      identity: this.#kms.publicKey(signer, version),
      signature: this.#kms.sign(signer, version, text),
    }
  }

  #forget(version: number): void {
    this.#held.get(version)?.secret.destroy()
    this.#held.delete(version)
  }
}
