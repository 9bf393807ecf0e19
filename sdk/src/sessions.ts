/**
 * Post-quantum sessions as a client opens them: the first HELLO offers one, the node answers with the key of its
 * sessions, signed by its identity, and a second HELLO carries a ciphertext for that key. A client that knows the key
 * from before sends the ciphertext at once.
 */

import { flag, has, type Frame } from '@ron/transport/oap/frame'
import { control, helloFrame, readSessionAnswer, type PeerLimits } from '@ron/transport/oap/hello'
import { agree, type Session } from '@ron/transport/session/agreement'
import {
  offerMember,
  readAccepted,
  readSignedKey,
  type Accepted,
  type Offer,
} from '@ron/transport/session/offer'
import { nodeIdsOf } from '@ron/transport/session/identity'
import { objection, type SignedKey } from '@ron/transport/session/signed-key'
import { drawnBytes } from '@ron/transport/session/sizes'
import { suites } from '@ron/transport/session/suites'
import type { SessionTools } from '@ron/transport/session/tools'
import type { XWingPeer } from '@ron/transport/session/x-wing'
import { ProtocolError } from './error.ts'
import { greetingIn } from './oap-answer.ts'

export interface SessionPorts {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Random, fit for keys. */
  bytes(length: number): Uint8Array
  /** The code of X-Wing and what it needs, which is loaded when a node first opens sessions. */
  load(): Promise<SessionTools>
}

/** `prefer` goes on in the clear with a node that opens no sessions; `require` refuses it. */
export type SessionMode = 'prefer' | 'require'

/** What comes of a HELLO and its answer. */
export type Step =
  | { readonly kind: 'again'; readonly hello: Frame }
  | { readonly kind: 'met'; readonly limits: PeerLimits; readonly session: Session | null }

/** HELLOs of one connection: an offer, a ciphertext, and another one when the key has changed meanwhile. */
const hellosMax = 3
const helloId = 0n
const ua = 'ron-app-sdk'

/** A key of the node that may be used, and what it takes. */
interface KnownKey {
  readonly key: SignedKey
  readonly peer: XWingPeer
  readonly tools: SessionTools
}

/** What a client knows of the sessions of its node, over all its connections. */
export class Sessions {
  readonly mode: SessionMode
  readonly ports: SessionPorts
  /** The key that the next connection may use at once. */
  known: KnownKey | null = null
  /** The id of the node that has to be there; null as long as any may. */
  #node: string | null

  /** `node` is the id that is known from elsewhere; null trusts the first one when a session is required. */
  constructor(mode: SessionMode, node: string | null, ports: SessionPorts) {
    this.mode = mode
    this.#node = node
    this.ports = ports
  }

  /** Throws a ProtocolError for a key that nobody should use, or of another node. */
  check(key: SignedKey, tools: SessionTools): void {
    const against = objection(key, this.ports.now(), tools)
    if (against !== null) throw new ProtocolError(against)
    const ids = nodeIdsOf(key.identity, tools)
    const [node] = ids
    if (this.#node !== null && !ids.includes(this.#node))
      throw new ProtocolError(`the node is ${node}; the one that is expected there is ${this.#node}`)
    if (this.mode === 'require') this.#node = node
  }
}

/** The beginning of one connection. `sessions` is null for a client that offers none. */
export class Greeting {
  readonly #sessions: Sessions | null
  #first: Frame | null = null
  #hellos = 0
  /** What the last HELLO carried. */
  #sent: { readonly payload: Uint8Array; readonly key: SignedKey; readonly shared: Uint8Array } | null = null
  #busy = false

  constructor(sessions: Sessions | null) {
    this.#sessions = sessions
  }

  /**
   * The first frame of the connection, the same each time. A connection takes longer to open than a ciphertext to make:
   * whoever asks for it meanwhile has it for nothing.
   */
  hello(): Frame {
    this.#first ??= this.#begun()
    return this.#first
  }

  #begun(): Frame {
    const known = this.#sessions?.known ?? null
    if (this.#sessions === null) return helloFrame({ ua }, helloId)
    if (known === null || known.key.expiresMs < this.#sessions.ports.now()) return this.#offer(null)
    return this.#encapsulated(this.#sessions, known)
  }

  /** Throws or rejects with a NodeError or a ProtocolError. */
  answered(frame: Frame): Step | Promise<Step> {
    if (this.#busy) throw new ProtocolError('the node spoke before it was asked')
    if (!has(frame, flag.RESP) || frame.corrId !== helloId || frame.appProtoId !== control)
      throw new ProtocolError('the node answered HELLO with something else')
    const limits = greetingIn(frame)
    if (limits instanceof Error) throw limits
    const { session, session_key: key } = readSessionAnswer(frame.payload)
    const sessions = this.#sessions
    if (sessions !== null && session !== undefined) {
      return {
        kind: 'met',
        limits,
        session: this.#agreed(sessions, understood(readAccepted, session), frame),
      }
    }
    if (sessions !== null && key !== undefined) return this.#again(sessions, understood(readSignedKey, key))
    if (sessions !== null && (sessions.mode === 'require' || this.#sent !== null)) {
      throw new ProtocolError('the node opens no post-quantum session, and one is required')
    }
    return { kind: 'met', limits, session: null }
  }

  async #again(sessions: Sessions, key: SignedKey): Promise<Step> {
    if (this.#hellos >= hellosMax) throw new ProtocolError('the node does not take the session key it offers')
    this.#busy = true
    const tools = sessions.known?.tools ?? (await sessions.ports.load())
    this.#busy = false
    sessions.check(key, tools)
    try {
      const known = { key, tools, peer: tools.xWing.peer(key.publicKey) }
      const hello = this.#encapsulated(sessions, known)
      sessions.known = known
      return { kind: 'again', hello }
    } catch (cause) {
      throw new ProtocolError('the session key of the node is none', { cause })
    }
  }

  #encapsulated({ ports }: Sessions, { key, peer }: KnownKey): Frame {
    const { ciphertext, shared } = peer.encapsulate(ports.bytes(drawnBytes))
    const hello = this.#offer({ key: key.id, ciphertext })
    this.#sent = { payload: hello.payload, key, shared }
    return hello
  }

  #offer(encapsulated: Offer['encapsulated']): Frame {
    this.#hellos++
    return helloFrame({ ua, pq: offerMember({ suites, encapsulated }) }, helloId)
  }

  #agreed(sessions: Sessions, { suite, key }: Accepted, { payload }: Frame): Session {
    const [sent, known] = [this.#sent, sessions.known]
    if (sent === null || known === null || sent.key.id !== key || sent.key.suite !== suite)
      throw new ProtocolError('the node opened a session that nobody asked for')
    const { shared, payload: hello } = sent
    const { identity } = sent.key
    return agree('client', { suite, shared, identity, hello, reply: payload }, known.tools.primitives)
  }
}

function understood<Read>(read: (value: unknown) => Read, value: unknown): Read {
  try {
    return read(value)
  } catch (cause) {
    throw new ProtocolError('what the node says of its session cannot be read', { cause })
  }
}
