/**
 * DSSE envelopes (secure-systems-lab/dsse, protocol 1): a payload of some type and the signatures over both. It reads
 * and writes them, and says which bytes are signed; who may sign is the business of `verify.ts`.
 *
 *     signed bytes = "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload
 */

import { BundleError } from './error.ts'

export interface Envelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signatures: readonly Signature[]
}

export interface Signature {
  /** A hint, and nothing that anybody vouches for; empty where there is none. */
  readonly keyid: string
  readonly sig: Uint8Array
}

/** What a node reads: as much as any file that it reads. */
export const envelopeBytesMax = 1024 * 1024
export const signaturesMax = 16
const keyidLengthMax = 256

/** The pre-authentication encoding. Lengths are in bytes, in decimal. */
export function signedBytes({ payloadType, payload }: Pick<Envelope, 'payloadType' | 'payload'>): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

export function envelopeText({ payloadType, payload, signatures }: Envelope): string {
  const envelope = {
    payloadType,
    payload: toBase64(payload),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  }
  return `${JSON.stringify(envelope, null, 2)}\n`
}

/** Throws a `BundleError` for what is no envelope. Members that the standard does not know are left alone, as it asks. */
export function parseEnvelope(text: string): Envelope {
  const bytes = Buffer.byteLength(text)
  if (bytes > envelopeBytesMax) {
    const because = `the envelope has ${bytes} bytes, and at most ${envelopeBytesMax} are read`
    throw new BundleError('bundle.size', because, 'put less into the bundle')
  }
  const { payloadType, payload, signatures } = objectOf(parsedJson(text), 'the envelope')
  if (!Array.isArray(signatures)) throw malformed('signatures is no list')
  if (signatures.length > signaturesMax)
    throw malformed(`it has ${signatures.length} signatures, and at most ${signaturesMax} are looked at`)
  return {
    payloadType: textOf(payloadType, 'payloadType'),
    payload: bytesOf(payload, 'payload'),
    signatures: signatures.map((each, at) => signatureOf(each, `signatures[${at}]`)),
  }
}

function signatureOf(value: unknown, at: string): Signature {
  const { keyid = '', sig } = objectOf(value, at)
  const hint = keyid === null ? '' : textOf(keyid, `${at}.keyid`)
  if (hint.length > keyidLengthMax) throw malformed(`${at}.keyid has more than ${keyidLengthMax} characters`)
  return { keyid: hint, sig: bytesOf(sig, `${at}.sig`) }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed('it is no JSON', { cause })
  }
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw malformed(`${at} is no object`)
}

function textOf(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  throw malformed(`${at} is no text`)
}

/** The standard alphabet or the one for URLs (RFC 4648 §4, §5), with padding or without. */
function bytesOf(value: unknown, at: string): Uint8Array {
  const text = textOf(value, at)
  const bytes = Buffer.from(text, 'base64')
  const bare = text.replace(/={1,2}$/, '')
  const same = [bytes.toString('base64url'), toBase64(bytes).replace(/=+$/, '')].includes(bare)
  if (!same || (bare !== text && text.length % 4 !== 0)) throw malformed(`${at} is no base64`)
  return bytes
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function malformed(because: string, options: ErrorOptions = {}): BundleError {
  const fix = 'send the JSON envelope that ronctl config sign writes, or that another DSSE signer does'
  return new BundleError('bundle.envelope', `this is no DSSE envelope: ${because}`, fix, options)
}
