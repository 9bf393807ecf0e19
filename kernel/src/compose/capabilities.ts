/**
 * What the node trusts, and the token it hands out at start. The root key lives in memory alone, so tokens
 * end with the process that minted them, unless `capabilities.macaroon_path` names a macaroon to trust: that
 * one, and whatever its holders attenuate from it, is good on every node that is given the file.
 */

import { attenuate, mint, type Hmac } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { identifierFor, rootSet, type Root, type RootSet } from '@ron/transport/macaroon/roots'
import type { Random } from '../ports/random.ts'
import type { FileText } from '../system/files.ts'

/** Names the one root key of a process; another process has another key under the same name. */
const kid = 'boot'

const demoTokenMs = 24 * 3_600_000

export interface Capabilities {
  readonly roots: RootSet
  /** A token that may do everything for a day. */
  demoToken(nowMs: number): string
}

/**
 * `minted` is told the identifier of each token that is made. Throws a sentence for the operator when the file is
 * missing or holds no macaroon.
 */
export function capabilities(
  hmac: Hmac,
  random: Random,
  macaroonPath: string,
  readFile: (path: string) => FileText,
  minted: (identifier: string) => void,
): Capabilities {
  const key = random.bytes(32)
  const anchors: Root[] = macaroonPath === '' ? [] : [readAnchor(macaroonPath, readFile(macaroonPath))]
  return {
    roots: rootSet(hmac, [{ kind: 'key', kid, key }, ...anchors]),
    demoToken(nowMs) {
      const identifier = identifierFor(kid, random.bytes(9))
      const whole = mint(hmac, { key, identifier, location: null })
      minted(identifier)
      const expires = new Date(nowMs + demoTokenMs).toISOString()
      return encodeToken(attenuate(hmac, whole, `expires = ${expires}`))
    },
  }
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
