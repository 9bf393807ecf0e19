/** A WebSocket, wherever it comes from: the runtime's own, or the `ws` package. */

import { unshared } from './bytes.ts'

/** What happens on a socket. */
export interface SocketEvents {
  /** The request for it is on its way, and there is time for other work. */
  connecting(): void
  opened(): void
  /** An ArrayBuffer for a binary message, text for a text message. */
  received(data: unknown): void
  /**
   * Also when it never opened, and perhaps more than once; `cause` is what the runtime says of it, if anything.
   */
  closed(code: number, reason: string, cause: unknown): void
}

export interface Socket {
  send(bytes: Uint8Array): void
  close(code: number, reason: string): void
}

/** Resolves before the socket opens, and before the first event. */
export type OpenSocket = (url: string, protocol: string, events: SocketEvents) => Promise<Socket>

/** RFC 6455 §7.4.1: no close frame was received. */
const abnormal = 1006

/** Both kinds have these members; their event types differ in what is not read. */
interface Standard {
  binaryType: string
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

export function adapted(standard: Standard, events: SocketEvents): Socket {
  standard.binaryType = 'arraybuffer'
  soon(() => events.connecting())
  standard.addEventListener('open', () => events.opened())
  // Nothing works after an error, and not every runtime (Node 22) lets `close` follow when there was no connection.
  standard.addEventListener('error', (event) => {
    events.closed(abnormal, '', Reflect.get(event, 'error'))
  })
  standard.addEventListener('message', ({ data }) => events.received(data))
  standard.addEventListener('close', ({ code, reason }) => events.closed(code, reason, undefined))
  return {
    send: (bytes) => standard.send(unshared(bytes)),
    close: (code, reason) => standard.close(code, reason),
  }
}

/** Node connects and sends the request in a turn of its loop, which lies in between; browsers have others for it. */
function soon(task: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(() => setImmediate(task))
  else queueMicrotask(task)
}
