/**
 * A connection to a node as a client makes it, up to where it may send its first request: TCP, or TLS over it, the
 * WebSocket, HELLO, and with a session what both sides compute for it.
 */

import { once } from 'node:events'
import { noBytes } from '@ron/transport/oap/bytes'
import { encodeFrame } from '@ron/transport/oap/frame'
import { helloFrame, readSessionAnswer } from '@ron/transport/oap/hello'
import { FrameParser } from '@ron/transport/oap/parser'
import { agree } from '@ron/transport/session/agreement'
import { native } from '@ron/transport/session/native'
import { offerMember, readAccepted, readSignedKey, type Offer } from '@ron/transport/session/offer'
import { suite } from '@ron/transport/session/primitives'
import { objection, type SignedKey } from '@ron/transport/session/signed-key'
import { drawnBytes } from '@ron/transport/session/sizes'
import { encapsulate } from '@ron/transport/session/x-wing'
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'

/** `plain` opens no session; `known` has the key from before; `first` asks for it and verifies it. */
export type How = 'plain' | 'known' | 'first'

export class Connecting {
  readonly #url: string
  readonly #authority: string | null
  #key: SignedKey | null = null

  /** `authority` is the certificate to trust, for a node with TLS. */
  constructor(url: string, authority: string | null) {
    this.#url = `${url.replace('http', 'ws')}/oap`
    this.#authority = authority
  }

  /** Connects and leaves; resolves with the milliseconds until a request could have gone out. */
  async once(how: How): Promise<number> {
    const from = performance.now()
    const socket = new WebSocket(this.#url, 'oap.1', {
      perMessageDeflate: false,
      ...(this.#authority === null ? {} : { ca: this.#authority }),
    })
    await once(socket, 'open')
    if (how === 'plain') await hello(socket, undefined)
    else await this.#seal(socket, how)
    const ms = performance.now() - from
    const closed = once(socket, 'close')
    socket.terminate()
    await closed
    return ms
  }

  async #seal(socket: WebSocket, how: How): Promise<void> {
    if (how === 'first' || this.#key === null) this.#key = await keyOf(socket)
    const { id, publicKey, identity } = this.#key
    const { ciphertext, shared } = encapsulate(publicKey, randomBytes(drawnBytes), native)
    const exchanged = await hello(socket, { key: id, ciphertext })
    const { key } = readAccepted(readSessionAnswer(exchanged.reply).session)
    if (key !== id) throw new Error('the key was rotated while it was measured')
    agree('client', { shared, identity, ...exchanged }, native)
  }
}

async function keyOf(socket: WebSocket): Promise<SignedKey> {
  const { reply } = await hello(socket, null)
  const key = readSignedKey(readSessionAnswer(reply).session_key)
  const against = objection(key, Math.floor(performance.timeOrigin + performance.now()), native)
  if (against !== null) throw new Error(against)
  return key
}

/** `encapsulated` is undefined for a client that offers nothing. Resolves with both payloads. */
async function hello(
  socket: WebSocket,
  encapsulated: Offer['encapsulated'] | undefined,
): Promise<{ readonly hello: Uint8Array; readonly reply: Uint8Array }> {
  const pq = encapsulated === undefined ? undefined : offerMember({ suites: [suite], encapsulated })
  const frame = helloFrame({ ua: 'bench', pq }, 0n)
  socket.send(encodeFrame(frame))
  const [message]: Uint8Array[] = await once(socket, 'message')
  const [answer] = new FrameParser().push(message ?? noBytes).frames
  if (answer === undefined || answer.code !== 200) throw new Error('the node refused HELLO')
  return { hello: frame.payload, reply: answer.payload }
}
