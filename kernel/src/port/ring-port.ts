/**
 * A `Port` over two rings in shared memory and a MessagePort between the same threads. Messages cross in the
 * rings as bytes; the MessagePort carries the wakes, the end, and beside the ring what is too large for it.
 * What rides beside is posted before its record is published, so whoever finds the record finds it there,
 * and the order of records is the order of messages.
 */

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Message, Port } from '../ports/port.ts'
import { Garbled, newRing } from '../ring/ring-memory.ts'
import { Receiving } from './receiving.ts'
import { Sending } from './sending.ts'

/** What crosses to the thread that will hold this end. `port` must be in its transfer list. */
export interface PortSeed {
  readonly port: MessagePort
  /** The ring this end writes, and the one it reads. */
  readonly outward: SharedArrayBuffer
  readonly inward: SharedArrayBuffer
  readonly capacity: number
}

/**
 * A turn with n messages adds n − 1 to the reader's patience, and an empty one takes 1. So under load the peer
 * seldom pays for a wake, and a port with one message at a time sleeps after each.
 */
const patienceMax = 8

/** A ring has room for `capacity` small messages, within these bounds. */
const ringBytes = { perMessage: 128, min: 64 * 1024, max: 512 * 1024 } as const

/** Two ends of one channel, each with room for `capacity` messages in flight per direction. */
export function portPair(capacity: number): readonly [PortSeed, PortSeed] {
  const { port1, port2 } = new MessageChannel()
  const wanted = Math.min(Math.max(capacity * ringBytes.perMessage, ringBytes.min), ringBytes.max)
  const bytes = 2 ** Math.ceil(Math.log2(wanted))
  const [there, back] = [newRing(bytes), newRing(bytes)]
  return [
    { port: port1, outward: there, inward: back, capacity },
    { port: port2, outward: back, inward: there, capacity },
  ]
}

export interface PortOptions {
  /** A peer that writes what no correct peer writes costs this port: it closes, and this is told why. */
  readonly garbled?: (because: string) => void
  /**
   * A peer that sleeps is woken at once, or when this turn of the event loop is over: then one wake serves all
   * that a busy thread sends in a turn. For threads whose turns are short.
   */
  readonly wakes?: 'at once' | 'after the turn'
  /**
   * Most messages delivered in one turn; then promises, timers, sockets and the other ports have theirs. Few
   * where a message may take long, or the answer to the first of a batch waits for the work of them all.
   */
  readonly perTurn?: number
}

/** Opens one end on the thread that holds it. */
export function openPort(seed: PortSeed, options: PortOptions = {}): Port {
  return new RingPort(seed, options)
}

class RingPort implements Port {
  readonly #channel: MessagePort
  readonly #garbled: PortOptions['garbled']
  readonly #perTurn: number
  readonly #sending: Sending
  readonly #receiving: Receiving
  /** `closed` here; `ending` while what a peer sent before it went is still delivered. */
  #state: 'open' | 'closed' | 'ending' | 'ended' = 'open'
  #deliver: (message: Message) => void = () => {}
  #tellEnd = () => {}
  /** Turns to come without a message before the reader falls asleep. */
  #patience = 0

  constructor({ port, outward, inward, capacity }: PortSeed, { garbled, wakes, perTurn = 256 }: PortOptions) {
    const wake = () => port.postMessage(null)
    this.#channel = port
    this.#garbled = garbled
    this.#perTurn = perTurn
    this.#sending = new Sending(
      outward,
      port,
      capacity,
      wakes === 'after the turn' ? () => setImmediate(wake) : wake,
    )
    this.#receiving = new Receiving(inward, port, capacity)
    port.once('close', () => this.#channelClosed())
  }

  send(message: Message): boolean {
    if (this.#state !== 'open') return false
    try {
      return this.#sending.send(message)
    } catch (thrown) {
      if (!(thrown instanceof Garbled)) throw thrown
      this.#break(thrown)
      return false
    }
  }

  receive(handler: (message: Message) => void): void {
    this.#deliver = handler
    // A wake that came before waits in the channel, which delivers from here on.
    this.#channel.on('message', (posted: unknown) => this.#posted(posted))
  }

  closed(handler: () => void): void {
    if (this.#state === 'ended') queueMicrotask(handler)
    else this.#tellEnd = handler
  }

  close(): void {
    if (this.#state === 'ending') return this.#end()
    if (this.#state === 'open') this.#state = 'closed'
    this.#channel.close()
  }

  #posted(posted: unknown): void {
    if (posted === null) return this.#wake()
    try {
      this.#receiving.arrived(posted)
    } catch (thrown) {
      this.#break(thrown)
    }
  }

  /** Somebody is awake already when the rest of an earlier batch waits for its turn. */
  #wake(): void {
    if (this.#receiving.rouse()) this.#drain()
  }

  /** Delivers a batch. What is left, or may follow at once, has its turn later. */
  #drain(): void {
    let count = 0
    try {
      while (count < this.#perTurn && this.#delivers) {
        const message = this.#next()
        if (message === null) break
        // An event is as much work as it has receivers.
        count += message.kind === 'event' ? 1 + message.also.length : 1
        this.#deliver(message)
      }
    } finally {
      // Also when the receiver threw, which is for its thread to meet: what lies behind is not lost with it.
      this.#patience = Math.max(0, Math.min(this.#patience + count - 1, patienceMax))
      if (this.#delivers && !this.#receiving.asleep) setImmediate(() => this.#drain())
    }
    if (this.#state === 'ending' && this.#receiving.asleep) this.#end()
  }

  get #delivers(): boolean {
    return this.#state === 'open' || this.#state === 'ending'
  }

  #next(): Message | null {
    try {
      return this.#receiving.next(this.#patience > 0)
    } catch (thrown) {
      // Only memory that the peer writes was read, so whatever went wrong there is its doing.
      this.#break(thrown)
      return null
    }
  }

  /** The last wake may have died with the peer's thread, so what it published is looked for once more. */
  #channelClosed(): void {
    if (this.#state !== 'open') return this.#end()
    this.#state = 'ending'
    this.#wake()
  }

  #break(thrown: unknown): void {
    this.close()
    this.#garbled?.(thrown instanceof Error ? thrown.message : String(thrown))
  }

  #end(): void {
    this.#state = 'ended'
    this.#tellEnd()
  }
}
