/**
 * Every HTTP connection of a uWebSockets.js listener, from its opening to its end or its upgrade, and how long
 * it may be silent. The library has one fixed timer of about twelve seconds; here a connection that sends no
 * whole request is closed at the read timeout, and one between two requests at the idle timeout, be they
 * shorter or longer than that.
 *
 * The library hands out a handle when a connection opens, but does not say which connection a later request
 * came on, and a handle whose connection is gone must not be touched. What tells them apart is the body: the
 * first piece of it, empty for a request without one, is given to whoever listens on the connection, in the
 * same call that brought the head. The first piece of a chunked body may come later, so of each address one such head
 * at a time is awaited; see `arriving` and `lose`.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import { Connection, type Arrival, type ConnectionHandle } from './connection.ts'

export interface Silence {
  /** From the opening to the first whole head. */
  readonly readTimeoutMs: number
  /** From an answer to the next whole head. */
  readonly idleTimeoutMs: number
}

/** A suspect that neither spoke nor was heard to end for so long is the one that had gone. */
const suspectMs = 60_000

export class Connections {
  readonly #clock: Clock
  readonly #silence: Silence
  readonly #expired: () => void
  readonly #later: (task: () => void) => void
  /** Known by their handle, busy or armed. */
  readonly #known = new Set<Connection>()
  /** Whose head came in the running call of the library, which brings its first piece as well. */
  #arriving: Arrival | null = null
  /** Address → whose head came and whose first piece is to come. */
  readonly #awaited = new Map<string, Arrival>()
  #cancelSweep: (() => void) | null = null

  /** `later` runs a task when the library has returned; `expired` hears of each that never sent a request. */
  constructor(clock: Clock, silence: Silence, later: (task: () => void) => void, expired: () => void) {
    this.#clock = clock
    this.#silence = silence
    this.#later = later
    this.#expired = expired
  }

  /** An address may be empty when it could not be read. */
  opened(handle: ConnectionHandle, address: string): void {
    const connection = new Connection(handle, address, this.#clock, {
      claim: () => this.#claimed(address),
      later: this.#later,
      forget: (gone) => this.#known.delete(gone),
    })
    this.#known.add(connection)
    this.#cancelSweep ??= this.#clock.after(this.#sweepMs(), () => this.#sweep())
  }

  /** A head came. False when its connection cannot be told from others of its address, and is lost. */
  arriving(arrival: Arrival): boolean {
    if (arrival.bodyBytes !== null) {
      this.#arriving = arrival
      return true
    }
    if (arrival.peer === '' || this.#awaited.has(arrival.peer)) return false
    this.#awaited.set(arrival.peer, arrival)
    return true
  }

  /** A request is over. If its first piece never came, its connection is lost. */
  over(arrival: Arrival): void {
    if (this.#awaited.size === 0 || this.#awaited.get(arrival.peer) !== arrival) return
    this.#awaited.delete(arrival.peer)
    this.lose(arrival.peer)
  }

  /**
   * A head came on a connection that will not be known. It may be any armed one of this address (of any, when
   * that is empty), so until each of those speaks again, all are left to the library's timer.
   */
  lose(address: string): void {
    for (const connection of this.#known) {
      if (address === '' || connection.address === address) connection.suspect()
    }
  }

  stop(): void {
    this.#known.clear()
    this.#awaited.clear()
    this.#cancelSweep?.()
    this.#cancelSweep = null
  }

  /** A piece without a head in the same call is the first one of whoever is awaited: all others are busy. */
  #claimed(address: string): Arrival | null {
    const arrival = this.#arriving ?? this.#awaited.get(address) ?? null
    if (this.#arriving === null) this.#awaited.delete(address)
    this.#arriving = null
    return arrival
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonic()
    for (const connection of this.#known) this.#look(connection, nowMs)
    const more = this.#known.size > 0
    this.#cancelSweep = more ? this.#clock.after(this.#sweepMs(), () => this.#sweep()) : null
  }

  #look(connection: Connection, nowMs: number): void {
    const silentMs = connection.silentMs(nowMs)
    if (silentMs === null) return
    if (connection.suspected) {
      if (silentMs >= suspectMs) this.#known.delete(connection)
      return
    }
    // It may be the one whose first piece is awaited.
    if (this.#awaited.has(connection.address)) return
    const { readTimeoutMs, idleTimeoutMs } = this.#silence
    if (silentMs < (connection.heard ? idleTimeoutMs : readTimeoutMs)) connection.prolong(nowMs)
    else {
      if (!connection.heard) this.#expired()
      connection.close()
    }
  }

  /** Fine enough for the shorter timeout, and no finer than a long one is worth. */
  #sweepMs(): number {
    const shorter = Math.min(this.#silence.readTimeoutMs, this.#silence.idleTimeoutMs)
    return Math.min(1_000, Math.max(10, shorter / 8))
  }
}
