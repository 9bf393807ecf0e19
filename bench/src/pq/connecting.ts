/**
 * A connection to a node as a client makes it, up to where it may send its first request: TCP, or TLS over it, the
 * WebSocket, HELLO, and with a session what both sides compute for it; and up to the answer of that request, before which
 * a node has to have done whatever it put off.
 */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { noBytes } from '@ron/transport/oap/bytes'
import { encodeFrame, flag, noTenant } from '@ron/transport/oap/frame'
import { helloFrame, readSessionAnswer } from '@ron/transport/oap/hello'
import { encodeMessage } from '@ron/transport/oap/message'
import { FrameParser } from '@ron/transport/oap/parser'
import { agree, type Session } from '@ron/transport/session/agreement'
import { nativeTools } from '@ron/transport/session/native-tools'
import { offerMember, readAccepted, readSignedKey, type Offer } from '@ron/transport/session/offer'
import { objection, type SignedKey } from '@ron/transport/session/signed-key'
import { drawnBytes } from '@ron/transport/session/sizes'
import { suites } from '@ron/transport/session/suites'
import type { SessionTools } from '@ron/transport/session/tools'
import type { Encapsulated, XWingPeer } from '@ron/transport/session/x-wing'
import { WebSocket } from 'ws'
import type { Server } from '../child.ts'

/** `plain` opens no session; `known` has the key from before; `first` asks for it and verifies it. */
export type How = 'plain' | 'known' | 'first'

/** Milliseconds from the start: until a request could have gone out, and until it was answered. */
export interface Connected {
  readonly readyMs: number
  readonly answeredMs: number
}

/** Which object is read. */
export const objectName = 'connecting'
const [storage, get] = [0x0101, 1]

interface Known {
  readonly key: SignedKey
  readonly peer: XWingPeer
}

/** A ciphertext for the key, with the secret in it. */
type Made = Encapsulated & Pick<Known, 'key'>

export class Connecting {
  readonly #url: string
  readonly #token: string
  readonly #authority: string | null
  readonly #tools: SessionTools
  #known: Known | null = null

  private constructor({ url, token }: Server, authority: string | null, tools: SessionTools) {
    this.#url = `${url.replace('http', 'ws')}/oap`
    this.#token = token
    this.#authority = authority
    this.#tools = tools
  }

  /** `authority` is the certificate to trust, for a node with TLS. */
  static async to(node: Server, authority: string | null): Promise<Connecting> {
    return new Connecting(node, authority, await nativeTools())
  }

  /** Connects, reads an object, and leaves. */
  async once(how: How): Promise<Connected> {
    const from = performance.now()
    const socket = new WebSocket(this.#url, 'oap.1', {
      perMessageDeflate: false,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(this.#authority === null ? {} : { ca: this.#authority }),
    })
    const opened = once(socket, 'open')
    const prepared = how === 'known' && this.#known !== null ? this.#prepared(this.#known) : null
    await opened
    const session = how === 'plain' ? await inTheClear(socket) : await this.#seal(socket, prepared)
    const readyMs = performance.now() - from
    await read(socket, session)
    const answeredMs = performance.now() - from
    const closed = once(socket, 'close')
    socket.terminate()
    await closed
    // What the node still has to do for it falls on no other.
    await setTimeout(2)
    return { readyMs, answeredMs }
  }

  /** While the connection opens, as the SDK does it. */
  async #prepared(known: Known): Promise<Made> {
    await setImmediate()
    await setImmediate()
    return { ...known, ...known.peer.encapsulate(randomBytes(drawnBytes)) }
  }

  async #seal(socket: WebSocket, prepared: Promise<Made> | null): Promise<Session> {
    const { key, ciphertext, shared } = await (prepared ?? this.#asked(socket))
    const exchanged = await hello(socket, { key: key.id, ciphertext })
    const accepted = readAccepted(readSessionAnswer(exchanged.reply).session)
    if (accepted.key !== key.id) throw new Error('the key was rotated while it was measured')
    return agree(
      'client',
      { suite: key.suite, shared, identity: key.identity, ...exchanged },
      this.#tools.primitives,
    )
  }

  async #asked(socket: WebSocket): Promise<Made> {
    const { xWing } = this.#tools
    const { reply } = await hello(socket, null)
    const key = readSignedKey(readSessionAnswer(reply).session_key)
    const against = objection(key, Math.floor(performance.timeOrigin + performance.now()), this.#tools)
    if (against !== null) throw new Error(against)
    this.#known = { key, peer: xWing.peer(key.publicKey) }
    return { ...this.#known, ...this.#known.peer.encapsulate(randomBytes(drawnBytes)) }
  }
}

async function inTheClear(socket: WebSocket): Promise<null> {
  await hello(socket, undefined)
  return null
}

/** Sealed where there is a session. */
async function read(socket: WebSocket, session: Session | null): Promise<void> {
  const payload = encodeMessage({ fields: { name: objectName }, body: noBytes })
  const ids = { code: get, appProtoId: storage, tenant: noTenant, corrId: 1n, cap: noBytes }
  const frame = encodeFrame({ ...ids, flags: flag.REQ, payload })
  socket.send(session?.sealer.seal(frame) ?? frame)
  const [message = noBytes]: Uint8Array[] = await once(socket, 'message')
  const opened = session?.opener.open(message) ?? { ok: true, frames: message }
  const answer = opened.ok ? new FrameParser().push(opened.frames).frames[0] : undefined
  if (answer?.code !== 200) throw new Error('the node did not answer as it should, after HELLO')
}

/** `encapsulated` is undefined for a client that offers nothing. Resolves with both payloads. */
async function hello(
  socket: WebSocket,
  encapsulated: Offer['encapsulated'] | undefined,
): Promise<{ readonly hello: Uint8Array; readonly reply: Uint8Array }> {
  const pq = encapsulated === undefined ? undefined : offerMember({ suites, encapsulated })
  const frame = helloFrame({ ua: 'bench', pq }, 0n)
  socket.send(encodeFrame(frame))
  const [message]: Uint8Array[] = await once(socket, 'message')
  const [answer] = new FrameParser().push(message ?? noBytes).frames
  if (answer === undefined || answer.code !== 200) throw new Error('the node refused HELLO')
  return { hello: frame.payload, reply: answer.payload }
}
