/**
 * What the node trusts, and the tokens it makes. Root keys are derived by the kms and live in memory alone, so tokens
 * end with the process that minted them, unless `capabilities.macaroon_path` names a macaroon to trust: that
 * one, and whatever its holders attenuate from it, is good on every node that is given the file.
 */

import { attenuate, mint, type Hmac } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken, type Macaroon } from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import {
  identifierFor,
  kidNamedBy,
  lifeOf,
  rootSet,
  type Life,
  type Root,
  type RootSet,
} from '@ron/transport/macaroon/roots'
import { addThirdParty } from '@ron/transport/macaroon/third-party'
import { Refusal } from '../contract/refusals.ts'
import type { Kms } from '../kms/kms.ts'
import type { Random } from '../ports/random.ts'
import type { FileText } from '../system/files.ts'

const demoTokenMs = 24 * 3_600_000
const nonceBytes = 9
const purpose = 'capability-root'
const issuer = 'discharge-issuer'

export interface Minted {
  readonly token: string
  readonly identifier: string
}

export interface Capabilities {
  /** Those of the keys that are good at that moment, and the trusted macaroon. */
  readonly roots: RootSet
  /**
   * A token under these caveats, those of the third party, and one about its end. Throws a `MacaroonError` for what no
   * token can hold, and a `Refusal` where no third party is known.
   */
  mint(caveats: readonly string[], life: Life, thirdParty?: readonly string[]): Minted
  /** A token that may do everything for a day. */
  demoToken(nowMs: number): string
  /** Whether an identifier names a root key of this node that is not good any more. */
  isGone(identifier: string): boolean
  /** When a token was minted here and when it ends, by its identifier; null for those that others minted. */
  lifeOf(identifier: string): Life | null
  /** Overwrites what was derived. */
  wipe(): void
}

export interface CapabilityParts {
  readonly hmac: Hmac
  readonly random: Random
  readonly kms: Kms
  readonly macaroonPath: string
  /** Where third-party caveats are discharged; the kms has the key that goes with it. */
  readonly issuerLocation: string
  readonly readFile: (path: string) => FileText
  /** Told the identifier of each token that is made. */
  readonly minted: (identifier: string) => void
}

/** Throws a sentence for the operator when the file is missing or holds no macaroon. */
export function capabilities(parts: CapabilityParts): Capabilities {
  const { hmac, random, kms, macaroonPath, readFile, minted } = parts
  const anchors: Root[] = macaroonPath === '' ? [] : [readAnchor(macaroonPath, readFile(macaroonPath))]
  let roots = rootsOf(kms, hmac, anchors)
  kms.onChange((change) => {
    if (change.purpose !== purpose) return
    roots.wipe()
    roots = rootsOf(kms, hmac, anchors)
  })

  const askThirdParty = (from: Macaroon, predicate: string): Macaroon => {
    const { issuerLocation: location } = parts
    if (location === '')
      throw new Refusal('NotEnabled', 'this node knows no issuer of discharges', {
        explain: {
          wall: 'handler',
          rule: 'no-issuer',
          fix: 'set capabilities.issuer_location and capabilities.issuer_key_path',
        },
      })
    return kms.lend(issuer, kms.active(issuer), (key) =>
      addThirdParty(hmac, from, { location, key }, predicate, (length) => random.bytes(length)),
    )
  }
  const made = (caveats: readonly string[], life: Life, thirdParty: readonly string[] = []): Minted => {
    const version = kms.active(purpose)
    const identifier = identifierFor(kidOf(version), random.bytes(nonceBytes), life)
    const key = kms.derive(purpose, version, 'macaroon')
    const whole = mint(hmac, { key, identifier, location: null })
    key.fill(0)
    const expires = `expires = ${new Date(life.expiresMs).toISOString()}`
    const narrow = [expires, ...caveats].reduce((from, caveat) => attenuate(hmac, from, caveat), whole)
    const asking = thirdParty.reduce(askThirdParty, narrow)
    return { token: encodeToken(asking), identifier }
  }
  return {
    roots: { startsOf: (macaroon) => roots.startsOf(macaroon) },
    mint: made,
    demoToken(nowMs) {
      const { token, identifier } = made([], { mintedMs: nowMs, expiresMs: nowMs + demoTokenMs })
      minted(identifier)
      return token
    },
    isGone(identifier) {
      const kid = kidNamedBy(identifier) ?? ''
      return isOurs(kid) && !kms.versions(purpose).some(({ version }) => kidOf(version) === kid)
    },
    lifeOf: (identifier) => (isOurs(kidNamedBy(identifier) ?? '') ? lifeOf(identifier) : null),
    wipe: () => roots.wipe(),
  }
}

/** Another process has other keys under the same names. */
function kidOf(version: number): string {
  return `boot-${version}`
}

function isOurs(kid: string): boolean {
  return /^boot-\d+$/.test(kid)
}

/** The active key first, for identifiers that name none. */
function rootsOf(kms: Kms, hmac: Hmac, anchors: readonly Root[]) {
  const keys = kms.versions(purpose).map(({ version }) => ({
    kind: 'key' as const,
    kid: kidOf(version),
    key: kms.derive(purpose, version, 'macaroon'),
  }))
  const roots = rootSet(hmac, [...keys.toReversed(), ...anchors])
  for (const { key } of keys) key.fill(0)
  return roots
}

/** Throws a sentence for the operator when the file is missing or holds no macaroon. */
export function readAnchor(path: string, file: FileText): Root {
  if (!file.ok) throw new Error(`capabilities.macaroon_path: ${path} ${file.because}`)
  try {
    return { kind: 'anchor', macaroon: decodeToken(file.text.trim()) }
  } catch (cause) {
    if (!(cause instanceof MacaroonError)) throw cause
    throw new Error(`capabilities.macaroon_path: ${path} holds no macaroon: ${cause.message}`, { cause })
  }
}
