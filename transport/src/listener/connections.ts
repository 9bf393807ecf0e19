/**
 * Every HTTP connection of a uWebSockets.js listener, from its opening to its end or its upgrade, and how long
 * it may be silent. The library has one fixed timer of about twelve seconds; here a connection that sends no
 * whole request is closed at the read timeout, and one between two requests at the idle timeout, be they
 * shorter or longer than that.
 *
 * The library hands out a handle when a connection opens, but does not say which connection a later request
 * came on, and a handle whose connection is gone must not be touched. They are told apart by what a request and
 * its connection can both see:
 *
 * - The first piece of a body of declared length, empty for none, is given to whoever listens on the connection,
 *   in the same call that brought the head (`arriving`).
 * - A head sets the count of sent bytes of its connection to nothing. When one silent connection alone is blank,
 *   the request came on it (`tell`). Else the request is a stray until its answer changes the count of one of
 *   them (`sending`).
 * - When a connection ends, the address of its request, too, can no longer be read (`#ended`).
 */

import type { Clock } from '@ron/kernel/ports/clock'
import { Connection, type Arrival, type ConnectionHandle } from './connection.ts'

export interface Silence {
  /** From the opening to the first whole head. */
  readonly readTimeoutMs: number
  /** From an answer to the next whole head. */
  readonly idleTimeoutMs: number
}

/** How long a client has to take the rest of the last answer. */
const retiredMs = 1_000

/** A request whose connection may have to be found out. */
export interface Stray extends Arrival {
  /** Asked while the library tells of the end of a connection: whether it was this request's. */
  unreachable(): boolean
}

export class Connections {
  readonly #clock: Clock
  readonly #silence: Silence
  readonly #expired: () => void
  readonly #gone: (address: string) => void
  readonly #later: (task: () => void) => void
  readonly #known = new Set<Connection>()
  /** Whose head came in the running call of the library, which brings its first piece as well. */
  #arriving: Arrival | null = null
  readonly #strays = new Set<Stray>()
  /** Connections that the library has given a last piece, and not returned from it for all we know. */
  readonly #reading: Connection[] = []
  /** Those that take no more requests and still may have something to send. */
  readonly #retired = new Set<Connection>()
  #settles = false
  #cancelSweep: (() => void) | null = null

  /**
   * `later` runs a task when the library has returned; `expired` hears of each that never sent a request, and `gone` of each
   * that ended or speaks another protocol now.
   */
  constructor(
    clock: Clock,
    silence: Silence,
    later: (task: () => void) => void,
    expired: () => void,
    gone: (address: string) => void,
  ) {
    this.#clock = clock
    this.#silence = silence
    this.#later = later
    this.#expired = expired
    this.#gone = gone
  }

  /** An address may be empty when it could not be read. */
  opened(handle: ConnectionHandle, address: string): void {
    const connection = new Connection(handle, address, this.#clock, {
      claim: () => this.#claimed(),
      reading: (connection) => this.#reads(connection),
      retired: (connection) => this.#retire(connection),
      ended: (gone) => this.#ended(gone),
      forget: (gone) => this.#forget(gone),
    })
    this.#known.add(connection)
    this.#cancelSweep ??= this.#clock.after(this.#sweepMs(), () => this.#sweep())
  }

  /** The head of a request with a body of declared length came; its first piece is next. */
  arriving(arrival: Arrival): void {
    this.#settle()
    this.#arriving = arrival
  }

  /** The head of a request came, perhaps without a piece. False when it may have come on several connections. */
  tell(arrival: Arrival): boolean {
    this.#settle()
    const [one, ...others] = this.#blank(arrival.peer)
    if (one === undefined || others.length > 0) return false
    one.begin(arrival)
    return true
  }

  /**
   * The head of a request came: whether on a connection that takes no more, which then ends. All of those had sent
   * something, so the one that has not is the one whose count this head set to nothing.
   */
  late(peer: () => string): boolean {
    if (this.#retired.size === 0) return false
    const from = peer()
    for (const connection of this.#retired) {
      if (!mayBeOn(connection, from) || !connection.blank) continue
      this.#later(() => connection.close())
      return true
    }
    return false
  }

  /** The head of a request came, and `tell` could not say on which connection. */
  stray(arrival: Stray): void {
    this.#strays.add(arrival)
  }

  /** Sends a part of the answer to a request. Of a stray, its first byte of body tells the connection. */
  sending<T>(arrival: Stray, send: () => T): T {
    if (!this.#strays.has(arrival)) return send()
    const candidates = this.#blank(arrival.peer)
    const sent = send()
    const connection = candidates.find((candidate) => !candidate.blank)
    if (connection !== undefined) {
      this.#strays.delete(arrival)
      connection.begin(arrival)
    }
    return sent
  }

  /**
   * Nothing is owed to a request any more. Should its connection be unknown still, it was broken when the answer
   * was sent, and is about to end.
   */
  over(arrival: Stray): void {
    this.#strays.delete(arrival)
  }

  /** A connection that is there and waits for a request; null when there is none. */
  silentOne(): Connection | null {
    for (const connection of this.#known) if (connection.busy === null) return connection
    return null
  }

  stop(): void {
    this.#known.clear()
    this.#strays.clear()
    this.#retired.clear()
    this.#cancelSweep?.()
    this.#cancelSweep = null
  }

  #reads(connection: Connection): void {
    this.#reading.push(connection)
    if (this.#settles) return
    this.#settles = true
    this.#later(() => {
      this.#settles = false
      this.#settle()
    })
  }

  /** A head or the end of the turn came: the library has returned from what it did before. */
  #settle(): void {
    for (const connection of this.#reading) connection.returned()
    this.#reading.length = 0
  }

  #claimed(): Arrival | null {
    const arrival = this.#arriving
    this.#arriving = null
    return arrival
  }

  #retire(connection: Connection): void {
    this.#retired.add(connection)
    if (connection.blank) this.#later(() => connection.close())
  }

  #forget(connection: Connection): void {
    this.#retired.delete(connection)
    if (this.#known.delete(connection)) this.#gone(connection.address)
  }

  #ended(connection: Connection): void {
    this.#forget(connection)
    if (connection.busy !== null) return connection.busy.left()
    for (const stray of this.#strays) {
      if (!mayBeOn(connection, stray.peer) || !stray.unreachable()) continue
      this.#strays.delete(stray)
      return stray.left()
    }
  }

  /** Those on which a head from this address may have come that nothing was answered to. */
  #blank(peer: string): Connection[] {
    const blank: Connection[] = []
    for (const connection of this.#known) {
      if (connection.busy === null && mayBeOn(connection, peer) && connection.blank) blank.push(connection)
    }
    return blank
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonic()
    for (const connection of this.#known) if (connection.busy === null) this.#look(connection, nowMs)
    const more = this.#known.size > 0
    this.#cancelSweep = more ? this.#clock.after(this.#sweepMs(), () => this.#sweep()) : null
  }

  #look(connection: Connection, nowMs: number): void {
    const { readTimeoutMs, idleTimeoutMs } = this.#silence
    if (this.#retired.has(connection)) {
      if (connection.silentMs(nowMs) >= retiredMs) connection.close()
      return
    }
    if (this.#mayBeStray(connection)) return
    if (connection.silentMs(nowMs) < (connection.heard ? idleTimeoutMs : readTimeoutMs)) {
      connection.prolong(nowMs)
    } else {
      if (!connection.heard) this.#expired()
      connection.close()
    }
  }

  /** Whether a request may be under way on it. */
  #mayBeStray(connection: Connection): boolean {
    for (const { peer } of this.#strays) if (mayBeOn(connection, peer)) return connection.blank
    return false
  }

  /** Fine enough for the shorter timeout, and no finer than a long one is worth. */
  #sweepMs(): number {
    const shorter = Math.min(this.#silence.readTimeoutMs, this.#silence.idleTimeoutMs)
    return Math.min(1_000, Math.max(10, shorter / 8))
  }
}

/** An address that could not be read may be any. */
function mayBeOn({ address }: Connection, peer: string): boolean {
  return address === peer || address === '' || peer === ''
}
