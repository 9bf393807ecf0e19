/**
 * OAP/1 over a plain WebSocket client, written from the wire page and not from the project's own codec, so
 * that both can be wrong only apart. It sends whatever bytes it is told to; only CBOR is borrowed.
 */

import { once } from 'node:events'
import { decodeFields, encodeFields } from '@ron/transport/oap/cbor'
import { WebSocket } from 'ws'
import { inTime } from './eventually.ts'

type Fields = Parameters<typeof encodeFields>[0]

export const REQ = 0x01
export const RESP = 0x02
export const EVENT = 0x04
export const START = 0x08
export const END = 0x10
export const ACK_REQ = 0x20
export const COMP = 0x40

export interface Sent {
  readonly flags?: number
  readonly code?: number
  readonly protocol?: number
  /** Hex. */
  readonly tenant?: string
  readonly corrId?: number
  readonly cap?: string
  readonly payload?: Uint8Array | string
  /** What a peer should never write. */
  readonly version?: number
  readonly length?: number
  readonly capLength?: number
}

/** One frame; whatever is not given has its right value. */
export function frame(sent: Sent): Buffer {
  const cap = Buffer.from(sent.cap ?? '')
  const payload = Buffer.from(sent.payload ?? '')
  const head = Buffer.alloc(38)
  head.writeUInt32BE(sent.length ?? head.length + cap.length + payload.length, 0)
  head.writeUInt16BE(sent.version ?? 1, 4)
  head.writeUInt16BE(sent.flags ?? REQ, 6)
  head.writeUInt16BE(sent.code ?? 0, 8)
  head.writeUInt16BE(sent.protocol ?? 0, 10)
  head.write((sent.tenant ?? '').padStart(32, '0'), 12, 'hex')
  head.writeUInt16BE(sent.capLength ?? cap.length, 28)
  head.writeBigUInt64BE(BigInt(sent.corrId ?? 0), 30)
  return Buffer.concat([head, cap, payload])
}

/** `u16 meta_len | meta | body` */
export function message(fields: Fields, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const meta = encodeFields(fields)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(meta.length)
  return Buffer.concat([length, meta, body])
}

export interface Received {
  readonly flags: number
  readonly code: number
  readonly protocol: number
  readonly corrId: number
  readonly payload: Buffer
  readonly whole: Buffer
}

export interface Answer {
  readonly status: number
  readonly fields: Fields
  readonly body: Buffer
}

/** What one or more payloads say, the first of them beginning with the fields. */
export function answerOf(frames: readonly Received[]): Answer {
  const [first, ...rest] = frames
  if (first === undefined) throw new Error('an answer has at least one frame')
  const end = 2 + first.payload.readUInt16BE(0)
  const body = Buffer.concat([first.payload.subarray(end), ...rest.map(({ payload }) => payload)])
  return { status: first.code, fields: decodeFields(first.payload.subarray(2, end)), body }
}

/** The frames that stand in these bytes. */
export function* framesIn(bytes: Buffer): Generator<Received> {
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const whole = bytes.subarray(at, at + bytes.readUInt32BE(at))
    const capLength = whole.readUInt16BE(28)
    yield {
      flags: whole.readUInt16BE(6),
      code: whole.readUInt16BE(8),
      protocol: whole.readUInt16BE(10),
      corrId: Number(whole.readBigUInt64BE(30)),
      payload: whole.subarray(38 + capLength),
      whole,
    }
  }
}

export interface Call {
  readonly protocol: number
  readonly code: number
  readonly corrId: number
  readonly cap?: string
  readonly tenant?: string
  readonly fields?: Fields
  readonly body?: Uint8Array
}

/** One request in one frame, with START and END around a capability as the wire has it. */
export function request({ fields = {}, body, ...ids }: Call): Buffer {
  const flags = REQ | (ids.cap === undefined ? 0 : START | END)
  return frame({ ...ids, flags, payload: message(fields, body) })
}

export class OapSocket {
  readonly #socket: WebSocket
  readonly #arrived: Received[] = []
  readonly #closed: Promise<number>
  #endedWith: number | null = null
  #wake = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      this.#arrived.push(...framesIn(data))
      this.#wake()
    })
    socket.on('error', () => {})
    this.#closed = once(socket, 'close').then(([code]: number[]) => {
      this.#endedWith = code ?? 0
      this.#wake()
      return this.#endedWith
    })
  }

  /** `token` goes into the Authorization header of the upgrade. */
  static async open(url: string, token?: string): Promise<OapSocket> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const socket = new WebSocket(`${url.replace('http', 'ws')}/oap`, 'oap.1', {
      headers,
      perMessageDeflate: false,
    })
    const opened = new OapSocket(socket)
    await once(socket, 'open')
    return opened
  }

  /** The close code, once the connection is over. */
  get closed(): Promise<number> {
    return inTime('the connection to be closed', this.#closed)
  }

  /** Sends all of it as one binary message. */
  send(...pieces: readonly Uint8Array[]): this {
    this.#socket.send(Buffer.concat(pieces))
    return this
  }

  sendText(text: string): this {
    this.#socket.send(text)
    return this
  }

  /** The next frame on this `corr_id`. */
  async next(corrId: number): Promise<Received> {
    for (;;) {
      const at = this.#arrived.findIndex((frame) => frame.corrId === corrId)
      const [found] = at < 0 ? [] : this.#arrived.splice(at, 1)
      if (found !== undefined) return found
      const code = this.#endedWith
      if (code !== null)
        throw new Error(`the connection ended (${code}) without a frame on corr_id ${corrId}`)
      await inTime(`a frame on corr_id ${corrId}`, new Promise<void>((resolve) => (this.#wake = resolve)))
    }
  }

  /** How many frames on this `corr_id` have come and were not asked for. */
  waiting(corrId: number): number {
    return this.#arrived.filter((frame) => frame.corrId === corrId).length
  }

  /** The answer on this `corr_id`, from one frame or from START … END; what asks for it is acknowledged. */
  async answer(corrId: number): Promise<Answer> {
    const frames = [await this.next(corrId)]
    for (let last = frames[0]; last !== undefined; last = frames.at(-1)) {
      if ((last.flags & ACK_REQ) !== 0) this.send(acknowledgement(last))
      if ((last.flags & END) !== 0 || (frames.length === 1 && (last.flags & START) === 0)) break
      frames.push(await this.next(corrId))
    }
    return answerOf(frames)
  }

  async call(call: Call): Promise<Answer> {
    this.send(request(call))
    return this.answer(call.corrId)
  }

  close(): void {
    this.#socket.terminate()
  }
}

/** "An empty RESP (code 202) once it has consumed the frame." */
export function acknowledgement({ protocol, corrId }: Received): Buffer {
  return frame({ flags: RESP, code: 202, protocol, corrId })
}
