/**
 * The naive twin of `Queue`: one list, looked through from the start every time. Slow and plain enough to
 * be right by reading; a property test compares the two.
 */

import type { Take } from './queue.ts'

interface Entry {
  readonly id: string
  readonly bytes: number
  readonly expiresAtMs: number
  state: 'ready' | 'leased' | 'waiting'
  attempt: number
  dueAtMs: number
}

export class QueueOracle {
  /** In the order they came. */
  #entries: Entry[] = []

  get ids(): string[] {
    return ids(this.#entries)
  }

  count(state: Entry['state']): number {
    return this.#entries.filter((entry) => entry.state === state).length
  }

  get dueAtMs(): number {
    return Math.min(
      Infinity,
      ...this.#entries.map((entry) => (entry.state === 'ready' ? entry.expiresAtMs : entry.dueAtMs)),
    )
  }

  push(id: string, bytes: number, expiresAtMs: number): void {
    this.#entries.push({ id, bytes, expiresAtMs, state: 'ready', attempt: 0, dueAtMs: 0 })
  }

  advance(nowMs: number, attemptsMax: number): { dead: string[]; expired: string[]; returned: number } {
    const ended = this.#entries.filter((entry) => entry.state !== 'ready' && entry.dueAtMs <= nowMs)
    const dead = ended.filter((entry) => entry.state === 'leased' && entry.attempt >= attemptsMax)
    for (const entry of ended) entry.state = 'ready'
    this.#entries = this.#entries.filter((entry) => !dead.includes(entry))
    const expired = this.#entries.filter((entry) => entry.state === 'ready' && entry.expiresAtMs <= nowMs)
    this.#entries = this.#entries.filter((entry) => !expired.includes(entry))
    return { dead: ids(dead), expired: ids(expired), returned: ended.length - dead.length }
  }

  take({ untilMs, messagesMax, bytesMax }: Omit<Take, 'lease'>): string[] {
    const taken: Entry[] = []
    for (const entry of this.#entries) {
      if (entry.state !== 'ready') continue
      const bytes = taken.reduce((sum, { bytes: each }) => sum + each, 0)
      if (taken.length > 0 && bytes + entry.bytes > bytesMax) break
      if (taken.length >= messagesMax) break
      entry.state = 'leased'
      entry.attempt++
      entry.dueAtMs = untilMs
      taken.push(entry)
    }
    return ids(taken)
  }

  giveBack(id: string, dueAtMs: number): void {
    for (const entry of this.#entries) {
      if (entry.id === id) Object.assign(entry, { state: 'waiting', dueAtMs })
    }
  }

  remove(id: string): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id)
  }
}

function ids(entries: readonly Entry[]): string[] {
  return entries.map(({ id }) => id)
}
