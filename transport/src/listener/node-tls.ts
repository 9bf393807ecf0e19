/**
 * TLS in front of a node:http listener: takes connections as they are accepted and gives back those whose handshake
 * is done. How long that may take is for their lines to say, from the moment they were opened.
 */

import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import { clientNames } from '../tls/client.ts'
import { secureContext, type TlsOptions } from '../tls/context.ts'
import { forServer } from '../tls/names.ts'
import type { NodeLine } from './node-line.ts'

export interface TlsEvents {
  /** The handshake is done; `names` are those of the client's certificate, none when none was asked for. */
  secured(line: NodeLine, socket: TLSSocket, names: readonly string[]): void
  /** There is no more to it. */
  refused(because: 'handshake' | 'certificate'): void
}

export class NodeTls {
  readonly #server: Server
  readonly #events: TlsEvents
  /** Whose handshake is not done, by both ends of the connection. */
  readonly #shaking = new Map<string, NodeLine>()
  readonly #now: () => number
  #options: TlsOptions
  /** By the names of servers. */
  #contexts: ReadonlyMap<string, SecureContext>

  /** `now` is in milliseconds since the epoch. */
  constructor(options: TlsOptions, events: TlsEvents, now: () => number) {
    this.#events = events
    this.#now = now
    this.#options = options
    this.#contexts = contextsOf(options)
    const asks = options.clientAuthorities !== null
    this.#server = createServer({
      ...secureContext(options),
      ALPNProtocols: ['http/1.1'],
      requestCert: asks,
      // Refused below, where it is counted.
      rejectUnauthorized: false,
      handshakeTimeout: 0,
      SNICallback: (name, done) => done(null, forServer(this.#contexts, name)),
    })
    this.#server.on(
      'OCSPRequest',
      (certificate: Buffer, _: Buffer, done: (error: null, der: Buffer | null) => void) =>
        done(null, this.#staple(certificate)),
    )
    this.#server.on('secureConnection', (socket) => this.#secured(socket, asks))
    this.#server.on('tlsClientError', (_, socket) => {
      events.refused('handshake')
      socket.destroy()
    })
  }

  take(socket: Socket, line: NodeLine): void {
    const ends = endsOf(socket)
    this.#shaking.set(ends, line)
    socket.once('close', () => this.#shaking.delete(ends))
    this.#server.emit('connection', socket)
  }

  /** For connections from here on. Throws when the library takes no such pair. */
  renew(options: TlsOptions): void {
    const contexts = contextsOf(options)
    this.#server.setSecureContext(secureContext(options))
    this.#contexts = contexts
    this.#options = options
  }

  /** What the authority says of a certificate; null when that is not known, or not any more. */
  #staple(certificate: Uint8Array): Buffer | null {
    const fingerprint = createHash('sha256').update(certificate).digest('hex')
    const staple = this.#options.staples.get(fingerprint)
    return staple === undefined || this.#now() >= staple.untilMs ? null : Buffer.from(staple.der)
  }

  #secured(socket: TLSSocket, asks: boolean): void {
    const ends = endsOf(socket)
    const line = this.#shaking.get(ends)
    this.#shaking.delete(ends)
    const certificate = asks && socket.authorized ? socket.getPeerX509Certificate() : undefined
    if (line === undefined) return void socket.destroy()
    if (asks && certificate === undefined) {
      this.#events.refused('certificate')
      return void socket.destroy()
    }
    this.#events.secured(line, socket, certificate === undefined ? [] : clientNames(certificate))
  }
}

/** One for each identity, however many names it has. */
function contextsOf(options: TlsOptions): ReadonlyMap<string, SecureContext> {
  const made = new Map(
    [...new Set(options.others.values())].map((identity) => [
      identity,
      createSecureContext(secureContext(options, identity)),
    ]),
  )
  return new Map(
    [...options.others].flatMap(([name, identity]) => {
      const context = made.get(identity)
      return context === undefined ? [] : [[name, context]]
    }),
  )
}

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}
