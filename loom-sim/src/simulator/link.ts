/** A `Port` pair of the simulator: two lanes, one each way. `link.test.ts` holds it to what every port must do. */

import type { Message, Port } from '@ron/kernel/ports/port'
import type { Lane, Traffic } from './traffic.ts'

/** Who holds an end of a link: whether it can receive just now. */
export type Awake = () => boolean

/** Two ends, with room for `capacity` messages in each direction. */
export function link(
  traffic: Traffic,
  name: string,
  capacity: number,
  [leftAwake, rightAwake]: readonly [Awake, Awake],
): readonly [LinkEnd, LinkEnd] {
  const left: LinkEnd = new LinkEnd(capacity, () =>
    traffic.lane(`${name} ←`, () => left.listening && leftAwake()),
  )
  const right: LinkEnd = new LinkEnd(capacity, () =>
    traffic.lane(`${name} →`, () => right.listening && rightAwake()),
  )
  left.join(right)
  right.join(left)
  return [left, right]
}

export class LinkEnd implements Port {
  readonly #capacity: number
  /** What comes here. */
  readonly #inward: Lane
  #peer: LinkEnd | null = null
  #open = true
  #receive: ((message: Message) => void) | null = null
  #ended: (() => void) | null = null
  #over = false

  constructor(capacity: number, lane: () => Lane) {
    this.#capacity = capacity
    this.#inward = lane()
  }

  join(peer: LinkEnd): void {
    this.#peer = peer
  }

  /** Whoever holds it has said where to put what comes, or closed it. */
  get listening(): boolean {
    return this.#receive !== null || !this.#open
  }

  send(message: Message): boolean {
    const peer = this.#peer
    if (!this.#open || peer === null || peer.#inward.waiting >= this.#capacity) return false
    const copy = structuredClone(alone(message))
    peer.#inward.send(`${message.kind} ${message.id}`, () => peer.#take(copy))
    return true
  }

  receive(handler: (message: Message) => void): void {
    this.#receive = handler
  }

  closed(handler: () => void): void {
    this.#ended = handler
    if (this.#over) queueMicrotask(handler)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#inward.send('closed', () => this.#end())
    this.#tellPeer()
  }

  /** The thread that held it is no more: it hears nothing, and the peer learns of it. */
  sever(): void {
    if (this.#open) this.#tellPeer()
    this.#open = false
    this.#inward.end()
  }

  #tellPeer(): void {
    const peer = this.#peer
    if (peer !== null) peer.#inward.send('end', () => peer.#end())
  }

  #take(message: Message): void {
    if (this.#open) this.#receive?.(message)
  }

  #end(): void {
    this.#open = false
    this.#inward.end()
    if (this.#over) return
    this.#over = true
    this.#ended?.()
  }
}

/** A view brings its whole buffer along when it is cloned, and shared memory stays shared. */
function alone(message: Message): Message {
  if (!('body' in message) || message.body === null) return message
  return { ...message, body: Uint8Array.from(message.body) }
}
