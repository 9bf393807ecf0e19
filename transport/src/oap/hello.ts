/**
 * HELLO, by which a peer introduces itself and learns the node's limits (OAP/1 §4). It is optional, and its
 * payload is JSON as upstream has it. Unknown members are ignored here and nowhere else, so that both sides
 * may add to it.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { chunkBytesMax, flag, frameBytesMax, noTenant, type Frame } from './frame.ts'
import { noBytes } from './bytes.ts'

export const control = 0
const helloBytesMax = 4_096
/** Keys and signatures of the node's identity take ten thousand of it. */
const replyBytesMax = 16_384
const uaLengthMax = 256

export interface Hello {
  /** The peer's software, as it names itself. */
  readonly ua: string | null
  /** What it offers of a sealed session, as JSON (`session/offer.ts`); left out for nothing. */
  readonly pq?: unknown
}

export interface HelloReply {
  readonly frameBytesMax: number
  readonly chunkBytesMax: number
  readonly inFlightMax: number
  readonly transports: readonly string[]
  readonly server: string
  readonly decompressRatioMax: number
  readonly pq: 'off' | 'hybrid'
  /** Protocol name → app_proto_id. */
  readonly protocols: Readonly<Record<string, number>>
}

/** The limits a caller must keep to. */
export type PeerLimits = Pick<HelloReply, 'frameBytesMax' | 'chunkBytesMax' | 'inFlightMax'>

/** What an answer to HELLO says of a sealed session, as JSON (`session/offer.ts`); undefined for nothing. */
export interface SessionAnswer {
  readonly session_key?: unknown
  readonly session?: unknown
}

export function helloFrame(hello: Hello, corrId: bigint, tenant = noTenant): Frame {
  const payload = toJson({ ua: hello.ua, pq: hello.pq })
  return { flags: flag.REQ, code: 0, appProtoId: control, tenant, corrId, cap: noBytes, payload }
}

/** Throws a `Refusal` (BadRequest) for a payload that is not a HELLO. */
export function readHello(payload: Uint8Array): Hello {
  const { ua = null, pq } = readObject(payload, 'HELLO', helloBytesMax)
  if (ua !== null && (typeof ua !== 'string' || ua.length > uaLengthMax)) {
    throw new Refusal('BadRequest', `HELLO: ua must be null or text of at most ${uaLengthMax} characters`)
  }
  return pq === undefined ? { ua } : { ua, pq }
}

/** Upstream's members in upstream's order, then the additive ones, and last what is said of a session. */
export function helloReplyPayload(reply: HelloReply, session: SessionAnswer = {}): Uint8Array {
  return toJson({
    max_frame: reply.frameBytesMax,
    max_inflight: reply.inFlightMax,
    flags_supported: 255,
    versions: [1],
    transports: reply.transports,
    server: reply.server,
    max_chunk: reply.chunkBytesMax,
    decompress_ratio_cap: reply.decompressRatioMax,
    pq: reply.pq,
    protocols: reply.protocols,
    ...session,
  })
}

/** What a caller keeps to: the lower of the node's limits and the protocol's. */
export function readHelloReply(payload: Uint8Array): PeerLimits {
  const reply = readObject(payload, 'the HELLO reply', replyBytesMax)
  return {
    frameBytesMax: Math.min(frameBytesMax, positive(reply, 'max_frame', frameBytesMax)),
    chunkBytesMax: Math.min(chunkBytesMax, positive(reply, 'max_chunk', chunkBytesMax)),
    inFlightMax: positive(reply, 'max_inflight', 1),
  }
}

/** What the answer says of a session, unchecked. */
export function readSessionAnswer(payload: Uint8Array): SessionAnswer {
  const { session_key, session } = readObject(payload, 'the HELLO reply', replyBytesMax)
  return { session_key, session }
}

function positive(object: Readonly<Record<string, unknown>>, name: string, otherwise: number): number {
  const value = object[name] ?? otherwise
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw new Refusal('BadRequest', `the HELLO reply: ${name} must be a positive whole number`)
}

function readObject(payload: Uint8Array, what: string, bytesMax: number): Readonly<Record<string, unknown>> {
  if (payload.length > bytesMax) {
    throw new Refusal('BadRequest', `${what} has ${payload.length} bytes; at most ${bytesMax} are read`)
  }
  const value = parseJson(payload, what)
  if (!isObject(value)) throw new Refusal('BadRequest', `${what} must be a JSON object`)
  return value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(payload: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    throw new Refusal('BadRequest', `${what} is not JSON`)
  }
}

function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
