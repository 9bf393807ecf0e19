/**
 * What a request brings along for the `zk` caveats of its capability: the nonce that it answers, and one proof for each
 * caveat in their order, with the public inputs that the caveat leaves open.
 *
 *     presentation = nonce 1*( " " proof )          nonce = 32 lower-case hex digits
 *     proof        = base64url *( ";" input "=" number )
 *
 * Over HTTP it is the value of `ZK-Proof`. Over OAP it goes before the token, in the `cap` field of the START frame, so
 * that it is there before anything of the message is read:
 *
 *     cap = 0x7a │ u16 length │ presentation in ASCII │ token
 *
 * No token begins with 0x7a. Without a token behind it, the connection's own is meant.
 */

import { fromBase64, toBase64Url } from './base64.ts'
import { MacaroonError } from './error.ts'
import { parsePins, pinText, statementsMax, type Pin } from './zk-caveat.ts'

export interface PresentedProof {
  readonly proof: Uint8Array
  /** What the caveat does not pin. */
  readonly inputs: readonly Pin[]
}

export interface Presentation {
  readonly nonce: string
  readonly proofs: readonly PresentedProof[]
}

/** The HTTP header, lower case. */
export const presentationHeader = 'zk-proof'
export const presentationCharsMax = 4_096

const nonceForm = /^[0-9a-f]{32}$/
const marker = 0x7a
const headBytes = 3
const fix = 'send ZK-Proof: NONCE PROOF;INPUT=NUMBER, with a proof for each zk caveat'

/** Throws a `MacaroonError` that repeats nothing of the text. */
export function parsePresentation(text: string): Presentation {
  if (text.length > presentationCharsMax)
    throw new MacaroonError(`the proofs take ${text.length} characters of ${presentationCharsMax}`, fix)
  const [nonce = '', ...proofs] = text.split(' ')
  if (!nonceForm.test(nonce)) throw new MacaroonError('the proofs begin with no nonce', fix)
  if (proofs.length === 0 || proofs.length > statementsMax)
    throw new MacaroonError(`there are ${proofs.length} proofs; 1 to ${statementsMax} are taken`, fix)
  return { nonce, proofs: proofs.map(parseProof) }
}

export function presentationText({ nonce, proofs }: Presentation): string {
  return [nonce, ...proofs.map(proofText)].join(' ')
}

/** A `cap` field that carries both; of a token alone it is that token. */
export function joinCap(presentation: string | null, token: Uint8Array): Uint8Array {
  if (presentation === null) return token
  const text = new TextEncoder().encode(presentation)
  const cap = new Uint8Array(headBytes + text.length + token.length)
  cap.set([marker, text.length >> 8, text.length & 0xff])
  cap.set(text, headBytes)
  cap.set(token, headBytes + text.length)
  return cap
}

/** The parts of a `cap` field. One that breaks off is taken for a token, which it is none. */
export function splitCap(cap: Uint8Array): {
  readonly presentation: string | null
  readonly token: Uint8Array
} {
  const [first, high = 0, low = 0] = cap
  const end = headBytes + high * 256 + low
  if (first !== marker || end > cap.length) return { presentation: null, token: cap }
  return { presentation: String.fromCharCode(...cap.subarray(headBytes, end)), token: cap.subarray(end) }
}

function parseProof(text: string): PresentedProof {
  const [encoded = '', ...written] = text.split(';')
  const inputs = parsePins(written)
  if (encoded === '' || inputs === null)
    throw new MacaroonError('a proof is not followed by ;INPUT=NUMBER', fix)
  try {
    return { proof: fromBase64(encoded), inputs }
  } catch (cause) {
    if (!(cause instanceof MacaroonError)) throw cause
    throw new MacaroonError('a proof is not base64', fix)
  }
}

function proofText({ proof, inputs }: PresentedProof): string {
  return [toBase64Url(proof), ...inputs.map(pinText)].join(';')
}
