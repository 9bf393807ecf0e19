/** Peers an operator sent to the tarpit, each for a time. It holds no more than `FLAGS_MAX`. */

export const FLAGS_MAX = 1024

export interface Flag {
  readonly peer: string
  readonly remainingMs: number
  readonly delayMs: number
}

export class Flags {
  readonly #flags = new Map<string, { readonly untilMs: number; readonly delayMs: number }>()

  /** False when there is no room for another peer. */
  set(peer: string, forMs: number, delayMs: number, nowMs: number): boolean {
    this.#dropExpired(nowMs)
    if (!this.#flags.has(peer) && this.#flags.size >= FLAGS_MAX) return false
    this.#flags.set(peer, { untilMs: nowMs + forMs, delayMs })
    return true
  }

  /** False when the peer is not flagged. */
  delete(peer: string, nowMs: number): boolean {
    this.#dropExpired(nowMs)
    return this.#flags.delete(peer)
  }

  has(peer: string, nowMs: number): boolean {
    this.#dropExpired(nowMs)
    return this.#flags.has(peer)
  }

  list(nowMs: number): Flag[] {
    this.#dropExpired(nowMs)
    return [...this.#flags].map(([peer, { untilMs, delayMs }]) => ({
      peer,
      remainingMs: Math.ceil(untilMs - nowMs),
      delayMs,
    }))
  }

  #dropExpired(nowMs: number): void {
    for (const [peer, { untilMs }] of this.#flags) if (untilMs <= nowMs) this.#flags.delete(peer)
  }
}
