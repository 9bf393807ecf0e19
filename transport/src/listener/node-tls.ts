/**
 * TLS in front of a node:http listener: takes connections as they are accepted and gives back those whose handshake
 * is done. How long that may take is for their lines to say, from the moment they were opened.
 */

import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { clientNames } from '../tls/client.ts'
import { secureContext, type TlsOptions } from '../tls/context.ts'
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

  constructor(options: TlsOptions, events: TlsEvents) {
    this.#events = events
    const asks = options.clientAuthorities !== null
    this.#server = createServer({
      ...secureContext(options),
      ALPNProtocols: ['http/1.1'],
      requestCert: asks,
      // Refused below, where it is counted.
      rejectUnauthorized: false,
      handshakeTimeout: 0,
    })
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
    this.#server.setSecureContext(secureContext(options))
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

function endsOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}
