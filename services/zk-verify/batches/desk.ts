/**
 * Takes claims, collects them into batches for each key, has the batches verified and hands each claim its verdict.
 * It decides nothing (`due.ts` does) and computes nothing (`verify` does, elsewhere).
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'
import { weightBytes, type Claim, type Verdict } from '../snark/verifier.ts'
import { nextBatch, type Pace } from './due.ts'
import { Waiting, type Entry } from './waiting.ts'

/** A batch on its way to a worker. */
export interface Batch {
  readonly circuit: string
  readonly claims: readonly Claim[]
  readonly weights: Uint8Array
}

export interface Limits extends Pace {
  /** Claims that wait, for each key. */
  readonly waitingMax: number
  /** Circuit → the most claims of one batch. */
  readonly batchMax: ReadonlyMap<string, number>
}

interface Outside {
  readonly clock: Clock
  readonly random: Random
  /** One verdict for each claim of the batch, in order. */
  readonly verify: (batch: Batch) => Promise<readonly Verdict[]>
  /** Told of every batch that got its verdicts. */
  readonly finished?: (circuit: string, size: number, tookMs: number) => void
  /** Told of every batch that got none, and why. */
  readonly lost?: (circuit: string, cause: unknown) => void
}

/** What comes of a claim. Nothing is said about one whose caller has gone, or whose worker has: that is nobody's verdict. */
export type Outcome = { readonly verdict: Verdict } | { readonly refused: 'full' | 'gone' | 'lost' }

interface Held {
  readonly claim: Claim
  readonly signal: AbortSignal
  readonly settle: (outcome: Outcome) => void
}

interface Lane {
  readonly circuit: string
  readonly batchMax: number
  readonly waiting: Waiting<Held>
}

export class Desk {
  readonly #limits: Limits
  readonly #outside: Outside
  readonly #lanes: readonly Lane[]
  #running = 0
  #cancelTimer: (() => void) | null = null

  constructor(limits: Limits, outside: Outside) {
    this.#limits = limits
    this.#outside = outside
    this.#lanes = [...limits.batchMax].map(([circuit, batchMax]) => ({
      circuit,
      batchMax,
      waiting: new Waiting(limits.waitingMax),
    }))
  }

  /** Claims that wait, of all keys. */
  get waiting(): number {
    return this.#lanes.reduce((total, { waiting }) => total + waiting.count, 0)
  }

  waitingFor(circuit: string): number {
    return this.#lanes.find((lane) => lane.circuit === circuit)?.waiting.count ?? 0
  }

  /** Never rejects. Throws on a circuit that was not named at first. */
  ask(circuit: string, tenant: string, claim: Claim, signal: AbortSignal): Promise<Outcome> {
    const lane = this.#lanes.find((lane) => lane.circuit === circuit)
    if (lane === undefined) throw new Error(`no lane for circuit ${circuit}`)
    return new Promise((settle) => {
      const item = { claim, signal, settle }
      const sinceMs = this.#outside.clock.monotonic()
      lane.waiting.enter({ tenant, item, sinceMs })?.item.settle({ refused: 'full' })
      this.#pump()
    })
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (const { waiting } of this.#lanes) {
      for (const { item } of waiting.cut(waiting.count)) item.settle({ refused: 'gone' })
    }
  }

  /** Sends off what is due. It ends, for each batch takes a worker or empties a lane. */
  #pump(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    for (;;) {
      const lanes = this.#lanes.map(({ waiting, batchMax }) => ({
        count: waiting.count,
        sinceMs: waiting.sinceMs,
        batchMax,
      }))
      const next = nextBatch(lanes, this.#running, this.#outside.clock.monotonic(), this.#limits)
      if (next.kind === 'wait') {
        this.#cancelTimer = this.#outside.clock.after(next.inMs, () => this.#pump())
      }
      const lane = next.kind === 'cut' ? this.#lanes[next.lane] : undefined
      if (lane === undefined) return
      this.#send(lane, lane.waiting.cut(lane.batchMax))
    }
  }

  #send(lane: Lane, entries: readonly Entry<Held>[]): void {
    const held = entries.map(({ item }) => item).filter((item) => !leave(item))
    if (held.length === 0) return
    const batch = {
      circuit: lane.circuit,
      claims: held.map(({ claim }) => claim),
      // Drawn when the claims are fixed and not before, or a claim could be made to suit them.
      weights: this.#outside.random.bytes(held.length * weightBytes),
    }
    this.#running++
    void this.#finish(lane.circuit, held, this.#outside.verify(batch))
  }

  async #finish(
    circuit: string,
    held: readonly Held[],
    verdicts: Promise<readonly Verdict[]>,
  ): Promise<void> {
    const { clock, finished, lost } = this.#outside
    const fromMs = clock.monotonic()
    try {
      const answers = await verdicts
      if (answers.length !== held.length)
        throw new Error(`the worker answered for ${answers.length} claims of ${held.length}`)
      finished?.(circuit, held.length, clock.monotonic() - fromMs)
      for (const [at, { settle }] of held.entries()) {
        const verdict = answers[at]
        settle(verdict === undefined ? { refused: 'lost' } : { verdict })
      }
    } catch (cause) {
      lost?.(circuit, cause)
      for (const { settle } of held) settle({ refused: 'lost' })
    } finally {
      this.#running--
      this.#pump()
    }
  }
}

/** Settles a claim that nobody waits for any more; whether it was one. */
function leave({ signal, settle }: Held): boolean {
  if (signal.aborted) settle({ refused: 'gone' })
  return signal.aborted
}
