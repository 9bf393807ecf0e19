/**
 * Calls over OAP/1 on one WebSocket, many at a time. The connection is opened by the first call and again by
 * the first call after it broke, unless `reconnect` is false; what was open when it broke fails with a ConnectionError.
 */

import { fromBase64 } from '@ron/transport/macaroon/base64'
import { joinCap } from '@ron/transport/macaroon/presentation'
import { noBytes } from '@ron/transport/oap/bytes'
import { flag, noTenant } from '@ron/transport/oap/frame'
import type { Answer, Binding, Carrier, Fields } from './carrier.ts'
import { ConnectionError, ProtocolError } from './error.ts'
import { Session, type CallHead } from './oap-session.ts'
import type { Sessions } from './sessions.ts'
import type { OpenSocket } from './socket.ts'
import type { System } from './system.ts'

export class OapCarrier implements Carrier {
  readonly #url: string
  readonly #cap: Uint8Array
  readonly #open: OpenSocket
  readonly #system: System
  readonly #reconnect: boolean
  readonly #sessions: Sessions | null
  #opened = false
  #session: Session | null = null
  #closed: Error | null = null

  /** Throws a MacaroonError when `cap` is not base64. Without `sessions` it stays in the clear. */
  constructor(
    baseUrl: string,
    cap: string | undefined,
    open: OpenSocket,
    system: System,
    reconnect = true,
    sessions: Sessions | null = null,
  ) {
    this.#url = `${baseUrl.replace(/^http/, 'ws')}/oap`
    this.#cap = cap === undefined ? noBytes : fromBase64(cap)
    this.#open = open
    this.#system = system
    this.#reconnect = reconnect
    this.#sessions = sessions
  }

  async call(
    binding: Binding,
    fields: Fields,
    body: Uint8Array,
    signal: AbortSignal,
    proofs: string | null = null,
  ): Promise<Answer> {
    return this.#connection().call(this.#head(binding, proofs), { fields, body }, signal)
  }

  async subscribe(
    binding: Binding,
    fields: Fields,
    signal: AbortSignal,
    proofs: string | null = null,
  ): Promise<AsyncGenerator<Fields>> {
    return this.#connection().subscribe(this.#head(binding, proofs), { fields, body: noBytes }, signal)
  }

  close(): void {
    this.#closed ??= new Error('the SDK was closed')
    this.#session?.end(this.#closed)
  }

  #head({ code, protocol }: Binding, proofs: string | null): CallHead {
    const cap = joinCap(proofs, this.#cap)
    return { flags: flag.REQ, code, appProtoId: protocol, tenant: noTenant, cap }
  }

  #connection(): Session {
    if (this.#closed !== null) throw this.#closed
    if (this.#session === null && this.#opened && !this.#reconnect)
      throw new ConnectionError('the connection broke, and no other is to be opened', { untouched: true })
    this.#opened = true
    this.#session ??= new Session(this.#url, this.#open, this.#system, this.#sessions, (because) => {
      this.#session = null
      // Whatever was wrong, the next connection asks the node for its key.
      if (this.#sessions !== null && because instanceof ProtocolError) this.#sessions.known = null
    })
    return this.#session
  }
}
