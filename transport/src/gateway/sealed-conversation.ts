/**
 * An OAP conversation that may be sealed. It stands between the carrier and the conversation itself: it answers the
 * HELLO that opens a session, opens records on their way in and seals frames on their way out. What is in the frames it
 * does not know.
 *
 *     in the clear ──HELLO with a ciphertext──▶ sealed       every frame from here on is a record, both ways
 *          │                                      │
 *          ▼ any other frame                      ▼ anything that is not the next record
 *     in the clear for good                     closed
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { DowngradeReason, RejectReason } from '@ron/kernel/ports/meter'
import { correlate } from '../http/correlation.ts'
import { problemStatus } from '../http/problem.ts'
import {
  decodeHeader,
  flag,
  frameBytesMax,
  headerBytes,
  isFault,
  noTenant,
  type Header,
} from '../oap/frame.ts'
import { noBytes } from '../oap/bytes.ts'
import { control, helloReplyPayload, readHello, type HelloReply } from '../oap/hello.ts'
import { replyTo } from '../oap/reply.ts'
import { agree, type Session } from '../session/agreement.ts'
import {
  acceptedMember,
  readOffer,
  sessionNonceBytes,
  signedKeyMember,
  type Offer,
} from '../session/offer.ts'
import { isRecord, recordOverhead } from '../session/records.ts'
import type { HeldKey, Sealing } from '../session/sealing.ts'
import { bestOf, suites, type Suite } from '../session/suites.ts'
import type { Front } from './front.ts'
import { OapConnection, type OperationTable } from './oap-connection.ts'
import { OapSender, type OapCarrier } from './oap-sender.ts'

/** What a carrier talks to: a conversation, sealed or not. */
export type Conversation = Pick<
  OapConnection,
  'inFlight' | 'push' | 'sweep' | 'end' | 'endSubscriptions' | 'settled'
>

/** HELLOs with an offer that one conversation may try; a client needs two. */
const offersMax = 4
const helloCode = 0

/** `sealing` is null where no sessions are opened. */
export function conversation(
  front: Front,
  table: OperationTable,
  hello: HelloReply,
  carrier: OapCarrier,
  sealing: Sealing | null,
): Conversation {
  if (sealing === null) return new OapConnection(front, table, hello, carrier)
  return new SealedConversation(front, table, hello, carrier, sealing)
}

class SealedConversation implements Conversation {
  readonly #front: Front
  readonly #hello: HelloReply
  readonly #carrier: OapCarrier
  readonly #sealing: Sealing
  readonly #sender: OapSender
  readonly #inner: OapConnection
  #session: Session | null = null
  /** What makes the session that was promised: the client waits for the answer, and the answer for none of it. */
  #promised: (() => Session) | null = null
  #offers = 0
  /** Why it would be in the clear. */
  #reason: DowngradeReason = 'not_offered'
  #state: 'new' | 'clear' | 'closed' = 'new'

  constructor(front: Front, table: OperationTable, hello: HelloReply, carrier: OapCarrier, sealing: Sealing) {
    this.#front = front
    // A frame must fit into its record.
    this.#hello = { ...hello, frameBytesMax: hello.frameBytesMax - recordOverhead }
    this.#carrier = carrier
    this.#sealing = sealing
    const outward = { ...carrier, send: (...frame: readonly Uint8Array[]) => this.#send(frame) }
    this.#sender = new OapSender(outward, this.#hello, () => this.end())
    this.#inner = new OapConnection(front, table, this.#hello, outward)
  }

  get inFlight(): number {
    return this.#inner.inFlight
  }

  push(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length && this.#state !== 'closed';) {
      const rest = bytes.subarray(at)
      const header = wholeHeader(rest)
      const frame = header === null ? rest : rest.subarray(0, header.length)
      at += frame.length
      if (this.#take(frame, header)) continue
      // The carrier closes; what may still come in before it has is not read.
      this.#state = 'closed'
      return false
    }
    return true
  }

  sweep(): void {
    this.#inner.sweep()
  }

  end(): void {
    this.#inner.end()
    this.#promised = null
    this.#session?.sealer.destroy()
    this.#session?.opener.destroy()
    this.#state = 'closed'
  }

  endSubscriptions(): void {
    this.#inner.endSubscriptions()
  }

  settled(): Promise<void> {
    return this.#inner.settled()
  }

  /** `header` is null for what is no whole frame; the conversation itself says what is wrong with that. */
  #take(frame: Uint8Array, header: Header | null): boolean {
    if (!this.#keepPromise()) return false
    if (this.#session !== null) return this.#open(this.#session, frame)
    if (isRecord(frame)) return this.#fail('a record came before there is a session; HELLO opens one')
    if (header !== null && isHello(header)) {
      const offer = this.#offerIn(frame)
      if (offer instanceof Refusal) return this.#refuse(offer, 'malformed', header)
      if (offer !== null) return this.#answer(offer, frame, header)
    } else if (header !== null && this.#state === 'new') {
      const { required } = this.#sealing
      this.#sealing.downgraded(required ? 'required' : this.#reason, this.#carrier.peer)
      if (required) return this.#refuse(sessionRequired(), 'policy', header)
      this.#state = 'clear'
    }
    return this.#inner.push(frame)
  }

  #open({ opener }: Session, frame: Uint8Array): boolean {
    if (!isRecord(frame)) return this.#fail('a frame in the clear came within a session')
    const opened = opener.open(frame)
    if (!opened.ok) return this.#fail(`the peer ${opened.because}`)
    if (this.#inner.push(opened.frames)) return true
    return this.#fail('a record must carry whole frames')
  }

  /** Null for a HELLO that offers nothing, which the conversation itself answers, as it does one that is none. */
  #offerIn(frame: Uint8Array): Offer | Refusal | null {
    let pq: unknown
    try {
      pq = readHello(frame.subarray(headerBytes)).pq
    } catch {
      return null
    }
    if (pq === undefined) return null
    try {
      return readOffer(pq)
    } catch (thrown) {
      if (thrown instanceof Refusal) return thrown
      throw thrown
    }
  }

  #answer(offer: Offer, frame: Uint8Array, header: Header): boolean {
    if (++this.#offers > offersMax)
      return this.#fail(`a conversation offers sessions ${offersMax} times at most`)
    const suite = bestOf(offer.suites)
    if (suite === null) {
      this.#reason = 'suite'
      return this.#reply(header, helloReplyPayload(this.#hello))
    }
    this.#reason = 'not_taken'
    const { keys } = this.#sealing
    const { encapsulated } = offer
    const key = encapsulated === null ? null : keys.find(encapsulated.key)
    if (encapsulated === null || key === null) {
      const offered = { session_key: signedKeyMember(keys.offered().signed[suite]) }
      return this.#reply(header, helloReplyPayload(this.#hello, offered))
    }
    if (this.#state !== 'new') return this.#fail('a session is opened before anything is asked')
    // Its answer would come after what it answers: no nonce of the node could be in the keys.
    if (!this.#carrier.lasting) return this.#fail('a session needs a WebSocket; POST /oap answers once')
    const paced = this.#sealing.pace()
    if (!paced.ok) return this.#busy(header, paced.retryAfterMs)
    return this.#begin(suite, key, encapsulated.ciphertext, frame, header)
  }

  #begin(suite: Suite, key: HeldKey, ciphertext: Uint8Array, frame: Uint8Array, header: Header): boolean {
    const { primitives, turn } = this.#sealing
    const { identity } = key.signed[suite]
    const nonce = this.#front.random.bytes(sessionNonceBytes)
    const reply = helloReplyPayload(this.#hello, { session: acceptedMember({ suite, key: key.id, nonce }) })
    const hello = Uint8Array.from(frame.subarray(headerBytes))
    this.#reply(header, reply)
    this.#promised = () => {
      const shared = key.secret.decapsulate(ciphertext)
      return agree('node', { suite, shared, identity, hello, reply }, primitives)
    }
    void turn().then(() => this.#keepPromise())
    return true
  }

  /** Makes the session that was promised, if one was and is not made yet. False when it cannot be made. */
  #keepPromise(): boolean {
    const promised = this.#promised
    this.#promised = null
    if (promised === null) return true
    try {
      this.#session = promised()
      return true
    } catch {
      return this.#fail('HELLO: pq.enc is no ciphertext of X-Wing, or its key is gone')
    }
  }

  #reply(header: Header, payload: Uint8Array): boolean {
    this.#sender.send({ ...replyTo(asFrame(header), 'RESP', 200), payload })
    return true
  }

  #send(frame: readonly Uint8Array[]): boolean {
    if (!this.#keepPromise()) return false
    if (this.#session === null) return this.#carrier.send(...frame)
    if (this.#state === 'closed') return false
    const record = this.#session.sealer.seal(...frame)
    if (record !== null) return this.#carrier.send(record)
    this.#carrier.close('the session has sealed all that one key may; open another')
    return false
  }

  #busy(header: Header, retryAfterMs: number): boolean {
    const refusal = new Refusal('Busy', 'sessions are opened faster than the node opens them', {
      retryAfterMs,
      explain: { wall: 'frame-caps', rule: 'pq-handshakes' },
    })
    this.#front.meter.rejected('backpressure')
    this.#tell(refusal, header)
    return true
  }

  /** What comes is not what was agreed on, so nothing that follows can be trusted. */
  #fail(message: string): boolean {
    this.#front.meter.integrityFailure('frame')
    const explain = { wall: 'frame-caps', rule: 'session' }
    return this.#refuse(new Refusal('BadRequest', message, { explain }), 'malformed', null)
  }

  #tell(refusal: Refusal, header: FrameIds): void {
    const reply = replyTo(asFrame(header), 'RESP', problemStatus(refusal))
    const correlation = this.#carrier.correlation ?? correlate(() => null, this.#front.traceIds)
    this.#sender.refuse(reply, refusal, correlation)
  }

  /** Answers the frame with this header, if it is one, and closes. */
  #refuse(refusal: Refusal, reason: RejectReason, header: Header | null): boolean {
    this.#front.meter.rejected(reason)
    this.#tell(refusal, header ?? noHeader)
    this.#state = 'closed'
    this.#carrier.close(refusal.message)
    return true
  }
}

/** For an operation that is asked for in the clear where that is not enough. */
export function sessionRequired(): Refusal {
  return new Refusal('PolicyDenied', 'this node takes requests in sealed sessions only', {
    explain: {
      wall: 'frame-caps',
      rule: 'pq-required',
      fix: `open a session in HELLO (${suites[0]}) over a WebSocket; the SDK does with carrier: 'oap'`,
    },
  })
}

/** The header of the frame that begins here, when all of the frame is here. */
function wholeHeader(bytes: Uint8Array): Header | null {
  if (bytes.length < headerBytes) return null
  const header = decodeHeader(bytes, frameBytesMax)
  return isFault(header) || header.length > bytes.length ? null : header
}

function isHello({ flags, code, appProtoId, capLength }: Header): boolean {
  return flags === flag.REQ && code === helloCode && appProtoId === control && capLength === 0
}

type FrameIds = Omit<Header, 'length' | 'capLength'>

const noHeader: FrameIds = {
  flags: flag.REQ,
  code: helloCode,
  appProtoId: control,
  tenant: noTenant,
  corrId: 0n,
}

function asFrame({ flags, code, appProtoId, tenant, corrId }: FrameIds) {
  return { flags, code, appProtoId, tenant, corrId, cap: noBytes, payload: noBytes }
}
