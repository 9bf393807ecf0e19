/**
 * One peer, linked or tried again: it meets the peer, keeps a connection to it, has it prove anew now and then who it
 * is, and waits longer after each failure. While it is down, nothing is sent, and whoever asks is told why.
 *
 *     down ──meet──▶ up ──a failed meeting, or a call without an answer──▶ down, and again after a wait with jitter
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PeerLink } from '@ron/kernel/identity/peer-links'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { Random } from '@ron/kernel/ports/random'
import { HopTimes } from './hop-times.ts'
import { isAnswer, type Remote } from './remote.ts'
import { backoffMs, pause } from './waiting.ts'

export interface LinkShape {
  readonly meetEveryMs: number
  readonly backoffBaseMs: number
  readonly backoffMaxMs: number
}

export interface LinkParts extends LinkShape {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly token: () => Promise<string>
  /** Resolves when the peer has proved who it is; rejects with why it is not to be had. */
  readonly meet: (token: string) => Promise<void>
  readonly connect: (token: string) => Remote
  /** Told how long each request took. */
  readonly took: (micros: number) => void
}

/** Longest that a reason is told. */
const becauseMax = 512

export class Link {
  readonly link: PeerLink
  readonly hops = new HopTimes()
  readonly #parts: LinkParts
  readonly #stop = new AbortController()
  readonly #whenUp = new Set<() => void>()
  #remote: Remote | null = null
  #because = 'not tried yet'
  /** Ends the wait for the next meeting. */
  #failed = new AbortController()
  #begun = false

  constructor(link: PeerLink, parts: LinkParts) {
    this.link = link
    this.#parts = parts
  }

  get up(): boolean {
    return this.#remote !== null
  }

  /** Why it is down, or was the last time. */
  get because(): string {
    return this.#because
  }

  begin(): void {
    if (this.#begun) return
    this.#begun = true
    void this.#run()
  }

  stop(): void {
    this.#stop.abort()
    this.#failed.abort()
    this.#remote?.close()
    this.#remote = null
  }

  /** Resolves when it is up or the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.up || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#whenUp.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#whenUp.add(done)
      signal.addEventListener('abort', done)
    })
  }

  /** Rejects with a `NodeError` for what the peer refuses, and with a `Refusal` (Unavailable) when it does not answer. */
  async use<Answer>(work: (remote: Remote) => Promise<Answer>): Promise<Answer> {
    const { peer } = this.link
    const remote = this.#remote
    if (remote === null) throw new Refusal('Unavailable', `the link to ${peer} is down: ${this.#because}`)
    const from = this.#parts.clock.monotonic()
    try {
      const answer = await work(remote)
      this.#took(from)
      return answer
    } catch (thrown) {
      if (isAnswer(thrown)) {
        this.#took(from)
        throw thrown
      }
      // Another connection may be there by now, and this is none of its.
      if (this.#remote === remote) this.#down(told(thrown))
      throw new Refusal('Unavailable', `${peer} did not answer: ${told(thrown)}`, {}, { cause: thrown })
    }
  }

  async #run(): Promise<void> {
    const { clock, random, backoffBaseMs, backoffMaxMs } = this.#parts
    const { signal } = this.#stop
    for (let failures = 1; !signal.aborted; failures++) {
      if (await this.#session()) failures = 1
      await pause(clock, backoffMs(failures, random.fraction(), backoffBaseMs, backoffMaxMs), signal)
    }
  }

  /** From the first meeting to the first one that fails. Tells whether it was up. */
  async #session(): Promise<boolean> {
    const { clock, log, meetEveryMs, token, meet, connect } = this.#parts
    const { peer, node } = this.link
    let used: string | null = null
    try {
      for (;;) {
        const cap = await token()
        await meet(cap)
        if (this.#stop.signal.aborted) break
        if (cap !== used) {
          this.#failed = new AbortController()
          this.#remote?.close()
          this.#remote = connect(cap)
          if (used === null) log.info('linked', { peer, node })
          used = cap
          this.#tell()
        }
        await pause(clock, meetEveryMs, this.#failed.signal)
        if (this.#failed.signal.aborted) break
      }
    } catch (thrown) {
      this.#down(told(thrown))
    }
    this.#remote?.close()
    this.#remote = null
    return used !== null
  }

  #down(because: string): void {
    if (because !== this.#because || this.up)
      this.#parts.log.warn('a link is down', { peer: this.link.peer, because })
    this.#because = because
    this.#remote?.close()
    this.#remote = null
    this.#failed.abort()
  }

  #tell(): void {
    for (const done of this.#whenUp) done()
  }

  #took(from: number): void {
    const micros = Math.round((this.#parts.clock.monotonic() - from) * 1_000)
    this.hops.add(micros)
    this.#parts.took(micros)
  }
}

function told(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown).slice(0, becauseMax)
  const { message, cause } = thrown
  // Such as that nobody listens there, or whose certificate is not believed.
  const why = cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message
  return why.slice(0, becauseMax)
}
