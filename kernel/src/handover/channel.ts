/**
 * A connection between two nodes of one machine on which everything is sealed: records are sent whole and come whole
 * and in order, or the connection ends. Each wait has a deadline. What the records mean is told in `messages.ts`.
 */

import { once } from 'node:events'
import type { Socket } from 'node:net'
import type { Clock } from '../ports/clock.ts'
import { lengthBytes, newShare, SealError, shareBytes, type Seals } from './sealed.ts'

/** Begins what each side sends first: `RHO1`. */
const mark = Buffer.from('RHO1')

export class Channel {
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #pieces: AsyncIterator<Buffer>
  #held = Buffer.alloc(0)
  #seals: Seals | null = null

  private constructor(socket: Socket, clock: Clock) {
    this.#socket = socket
    this.#clock = clock
    this.#pieces = socket.iterator({ destroyOnReturn: false })
    // Whoever sends or receives learns of it there.
    socket.on('error', () => {})
  }

  /** Rejects with a `SealError` when the other side is not what it should be. `key` has 32 bytes. */
  static async open(
    socket: Socket,
    key: Uint8Array,
    asks: boolean,
    clock: Clock,
    withinMs: number,
  ): Promise<Channel> {
    const channel = new Channel(socket, clock)
    try {
      const share = newShare()
      await channel.#write(Buffer.concat([mark, share.bytes]), withinMs)
      const first = await channel.#read(mark.length + shareBytes, withinMs)
      if (!first.subarray(0, mark.length).equals(mark)) throw new SealError('does not speak of a hand-over')
      channel.#seals = share.agree(first.subarray(mark.length), key, asks)
      return channel
    } catch (cause) {
      channel.end()
      throw cause
    }
  }

  /** Resolves when there is room for the next. Rejects when the connection ends or takes nothing for so long. */
  send(record: Uint8Array, withinMs: number): Promise<void> {
    return this.#write(this.#agreed().own.seal(record), withinMs)
  }

  /** The next record. Rejects when it cannot be opened, the connection ends, or nothing comes for so long. */
  async receive(withinMs: number): Promise<Buffer> {
    const { theirs } = this.#agreed()
    const length = theirs.lengthOf(await this.#read(lengthBytes, withinMs))
    return theirs.open(await this.#read(length, withinMs))
  }

  end(): void {
    this.#socket.destroy()
  }

  #agreed(): Seals {
    if (this.#seals === null) throw new Error('nothing was agreed upon yet')
    return this.#seals
  }

  async #write(bytes: Uint8Array, withinMs: number): Promise<void> {
    if (this.#socket.destroyed) throw new SealError('ended the connection')
    if (this.#socket.write(bytes)) return
    await this.#inTime(withinMs, Promise.race([once(this.#socket, 'drain'), this.#ended()]))
  }

  async #ended(): Promise<never> {
    await once(this.#socket, 'close')
    throw new SealError('ended the connection')
  }

  async #read(bytes: number, withinMs: number): Promise<Buffer> {
    while (this.#held.length < bytes) {
      const next = await this.#inTime(withinMs, this.#pieces.next())
      if (next.done === true) throw new SealError('ended the connection')
      this.#held = Buffer.concat([this.#held, next.value])
    }
    const read = this.#held.subarray(0, bytes)
    this.#held = this.#held.subarray(bytes)
    return read
  }

  /** Ends the connection when it takes longer. */
  async #inTime<Result>(withinMs: number, work: Promise<Result>): Promise<Result> {
    let late = false
    const cancel = this.#clock.after(withinMs, () => {
      late = true
      this.#socket.destroy()
    })
    try {
      return await work
    } catch (cause) {
      const because = late ? `said nothing for ${withinMs} ms` : 'ended the connection'
      throw cause instanceof SealError && !late ? cause : new SealError(because, { cause })
    } finally {
      cancel()
    }
  }
}
