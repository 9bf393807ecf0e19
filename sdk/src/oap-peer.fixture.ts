/** The other side of the wire in tests: a WebSocket server that speaks OAP/1 frames as the test says. */

import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import type { Fields } from '@ron/kernel/ports/port'
import { noBytes } from '@ron/transport/oap/bytes'
import { cancelCode } from '@ron/transport/oap/control'
import { encodeFrame, flag, has, type Frame } from '@ron/transport/oap/frame'
import { control, helloReplyPayload, type HelloReply } from '@ron/transport/oap/hello'
import { decodeMessage, encodeMessage, framesOf } from '@ron/transport/oap/message'
import { FrameParser } from '@ron/transport/oap/parser'
import { isAcknowledgement, replyTo } from '@ron/transport/oap/reply'
import { WebSocketServer, type WebSocket } from 'ws'

export const helloReply: HelloReply = {
  frameBytesMax: 1_048_576,
  chunkBytesMax: 65_536,
  inFlightMax: 64,
  transports: ['ws'],
  server: 'peer/0',
  decompressRatioMax: 10,
  pq: 'off',
  protocols: {},
}

/** One connection, from the node's side. */
export class PeerConnection {
  /** All that came, HELLO and CANCEL too. */
  readonly frames: Frame[] = []
  readonly #socket: WebSocket
  #closeCode: number | null = null

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('close', (code) => {
      this.#closeCode = code
    })
  }

  /** What the client closed with; null while it is open. */
  get closeCode(): number | null {
    return this.#closeCode
  }

  get cancels(): readonly Frame[] {
    return this.frames.filter(isCancel)
  }

  get acknowledgements(): readonly Frame[] {
    return this.frames.filter(isAcknowledgement)
  }

  send(...frames: readonly Frame[]): void {
    this.sendRaw(Buffer.concat(frames.map(encodeFrame)))
  }

  sendRaw(data: Uint8Array | string): void {
    this.#socket.send(data)
  }

  answer(to: Frame, status: number, fields: Fields, body = noBytes): void {
    this.send(...framesOf(replyTo(to, 'RESP', status), encodeMessage({ fields, body })))
  }

  event(to: Frame, fields: Fields): void {
    for (const frame of framesOf(replyTo(to, 'EVENT', 0), encodeMessage({ fields, body: noBytes }))) {
      this.send({ ...frame, flags: frame.flags | flag.ACK_REQ })
    }
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }

  /** Without a closing handshake, as when a machine goes away. */
  drop(): void {
    this.#socket.terminate()
  }
}

export interface OapPeer {
  readonly baseUrl: string
  readonly connections: readonly PeerConnection[]
  close(): Promise<void>
}

export type OnFrame = (frame: Frame, connection: PeerConnection) => void

/** `onFrame` gets the frames of calls. HELLO and CANCEL are answered as a node does, unless `onControl` is given. */
export async function oapPeer(onFrame: OnFrame, onControl: OnFrame = answerControl): Promise<OapPeer> {
  const connections: PeerConnection[] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/oap' })
  server.on('connection', (socket) => {
    const connection = new PeerConnection(socket)
    const parser = new FrameParser()
    connections.push(connection)
    socket.on('error', () => {})
    socket.on('message', (data) => {
      for (const frame of parser.push(bytesOf(data)).frames) {
        connection.frames.push(frame)
        if (frame.appProtoId === control) onControl(frame, connection)
        else if (!isAcknowledgement(frame)) onFrame(frame, connection)
      }
    })
  })
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    connections,
    async close() {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
      await turn()
    },
  }
}

export function answerControl(frame: Frame, connection: PeerConnection): void {
  const payload = isCancel(frame) ? noBytes : helloReplyPayload(helloReply)
  connection.send({ ...replyTo(frame, 'RESP', 200), payload })
}

/** What a request says. */
export function messageIn(frame: Frame) {
  return decodeMessage([frame.payload], 1_048_576)
}

export function isCancel(frame: Frame): boolean {
  return frame.appProtoId === control && frame.code === cancelCode && has(frame, flag.REQ)
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}
