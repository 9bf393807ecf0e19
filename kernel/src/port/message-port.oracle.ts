/**
 * A `Port` over a MessagePort: what the rings are compared with, in tests and in the benchmark. The channel
 * itself would queue without end, so the two sides share a page of four counters and the sender refuses once
 * `capacity` messages are on their way.
 *
 *     page   0: sent by side 0   1: taken from side 0   2: sent by side 1   3: taken from side 1
 *
 * Each counter has one writer. They wrap at 2³², and the difference of two wrapped counters is still right.
 */

import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads'
import type { Message, Port } from '../ports/port.ts'

/** What crosses to the thread that will hold this end. `port` must be in its transfer list. */
export interface PortSeed {
  readonly port: MessagePort
  readonly page: SharedArrayBuffer
  readonly side: 0 | 1
  readonly capacity: number
}

/** Bodies above this ride as transferred buffers; below it a copy is cheaper than the bookkeeping. */
const transferAboveBytes = 16 * 1024

/** Two ends of one channel, each with room for `capacity` messages in flight per direction. */
export function portPair(capacity: number): readonly [PortSeed, PortSeed] {
  const { port1, port2 } = new MessageChannel()
  const page = new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT)
  return [
    { port: port1, page, side: 0, capacity },
    { port: port2, page, side: 1, capacity },
  ]
}

/** Opens one end on the thread that holds it. */
export function openPort({ port, page, side, capacity }: PortSeed): Port {
  const counters = new Int32Array(page)
  const sentAt = side * 2
  const takenAt = (1 - side) * 2 + 1
  let open = true
  let ended = () => {}

  const inFlight = () => (Atomics.load(counters, sentAt) - Atomics.load(counters, sentAt + 1)) | 0

  port.once('close', () => {
    open = false
    ended()
  })

  return {
    send(message) {
      if (!open || inFlight() >= capacity) return false
      const { ready, transfer } = packed(message)
      // Counted once it is on its way: a message that cannot be cloned throws here and takes no room.
      port.postMessage(ready, transfer)
      Atomics.add(counters, sentAt, 1)
      return true
    },
    receive(handler) {
      port.on('message', (message: Message) => {
        Atomics.add(counters, takenAt, 1)
        if (open) handler(message)
      })
    },
    closed(handler) {
      if (open) ended = handler
      else queueMicrotask(handler)
    },
    close() {
      open = false
      port.close()
    },
  }
}

/**
 * The message as it may be posted. A view into a larger buffer is copied out first: cloning a view clones
 * all of its buffer, and transferring it would take the neighbours along.
 */
function packed(message: Message): { ready: Message; transfer: Transferable[] } {
  if (!('body' in message) || message.body === null) return { ready: message, transfer: [] }
  const whole = message.body.byteLength === message.body.buffer.byteLength && isPlain(message.body)
  const body = whole ? message.body : new Uint8Array(message.body)
  const transfer =
    body.byteLength > transferAboveBytes && body.buffer instanceof ArrayBuffer ? [body.buffer] : []
  return { ready: whole ? message : { ...message, body }, transfer }
}

/**
 * Whether the bytes may cross as they are. A pooled Node Buffer must never be transferred, and shared memory
 * would stay shared: the receiver would see what its owner writes later.
 */
function isPlain(bytes: Uint8Array): boolean {
  return Object.getPrototypeOf(bytes) === Uint8Array.prototype && bytes.buffer instanceof ArrayBuffer
}
