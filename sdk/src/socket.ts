/** A WebSocket, wherever it comes from: the runtime's own, or the `ws` package where there is none (Node 20). */

/** The part of the standard interface that is used here. */
export interface Socket {
  binaryType: string
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: (() => void) | null
  send(bytes: Uint8Array): void
  close(code?: number, reason?: string): void
}

export type OpenSocket = (url: string, protocol: string) => Promise<Socket>

export const openSocket: OpenSocket = async (url, protocol) => {
  if (typeof WebSocket === 'function') return adapted(new WebSocket(url, protocol))
  const { WebSocket: NodeWebSocket } = await import('ws')
  return adapted(new NodeWebSocket(url, protocol, { perMessageDeflate: false }))
}

/** Both kinds have these members; their event types differ in what is not read. */
interface Standard {
  binaryType: string
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  send(bytes: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

function adapted(standard: Standard): Socket {
  standard.binaryType = 'arraybuffer'
  const socket: Socket = {
    binaryType: 'arraybuffer',
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (bytes) => standard.send(Uint8Array.from(bytes)),
    close: (code, reason) => standard.close(code, reason),
  }
  standard.addEventListener('open', () => socket.onopen?.())
  standard.addEventListener('error', () => socket.onerror?.())
  standard.addEventListener('message', (event) => socket.onmessage?.(event))
  standard.addEventListener('close', (event) => socket.onclose?.(event))
  return socket
}
