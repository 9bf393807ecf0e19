/**
 * The circuits that are open, and the way of a claim through them: what can be refused by its looks is, the rest waits
 * for a batch. A circuit whose key is not the pinned one, or that failed its self-test, is closed and says why.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { Random } from '@ron/kernel/ports/random'
import { Desk, type Outcome } from './batches/desk.ts'
import { openPool, type Pool } from './batches/pool.ts'
import { bindingContext } from './binding.ts'
import type { Circuit } from './circuits/circuit.ts'
import { experimental } from './circuits/experimental.ts'
import { hashOf, pinned, type PinnedCircuit, type RefusedCircuit } from './circuits/pinned.ts'
import { looks } from './systems/looks.ts'
import { Latest } from '../latest.ts'
import { selfTest, type Tester } from './self-test.ts'
import { Tally, type Counted } from './tally.ts'

export interface Settings {
  readonly circuits: readonly string[]
  readonly experimental: boolean
  readonly verifier: string
  readonly workers: number
  readonly batchMax: number
  readonly batchWaitMs: number
  readonly waitingMax: number
}

interface Outside {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Where the worker's code lies. */
  readonly workerUrl: string
}

export interface OpenCircuit extends PinnedCircuit {
  readonly batchMax: number
  /** BLAKE3 of what prover and verifier have to agree on beside the key. */
  readonly parametersHash: string
  readonly proofBytes: number
  readonly experimental: boolean
}

/** How long a claim waits for others while no batch is in work: as long as those take that came in the same moment. */
const aloneMsMax = 1

/** A claim as it was asked: inputs and nonce in lower-case hex. */
export interface Asked {
  readonly proof: Uint8Array
  readonly inputs: readonly string[]
  readonly nonce: string
}

/** How the last self-test of a circuit ended. One that was never opened has failed as well. */
export interface Tested {
  readonly circuit: string
  readonly ok: boolean
  /** Empty when it is. */
  readonly because: string
  /** Of its verifying key; empty when it is closed. */
  readonly keyHash: string
  /** Since 1970. */
  readonly atMs: number
}

export interface Reading extends Counted {
  readonly waiting: number
}

export class Verifying {
  readonly #open: Map<string, OpenCircuit>
  readonly #refused: RefusedCircuit[]
  readonly #tested: Latest<readonly Tested[]>
  readonly #tally: Tally
  readonly #tester: Tester
  readonly #clock: Clock
  readonly #verifier: string
  readonly #desk: Desk
  readonly #pool: Pool

  /** Resolves when every pinned circuit was tested; the experimental ones can be pinned beside those of the catalogue. */
  static async open(
    settings: Settings,
    catalogue: readonly Circuit[],
    { clock, random, log, workerUrl }: Outside,
  ): Promise<Verifying> {
    const { circuits, refused } = pinned(
      settings.circuits,
      [...catalogue, ...experimental],
      settings.experimental,
    )
    const keys = new Map(circuits.map(({ circuit: { id, system }, key }) => [id, { system, key }]))
    const pool = openPool(workerUrl, settings.workers, { keys }, log)
    const open = new Map<string, OpenCircuit>()
    const closed = [...refused]
    const tester = { weights: (length: number) => random.bytes(length), verify: pool.verify }
    for (const one of circuits) {
      const { id } = one.circuit
      const because = await selfTest(one, tester)
      if (because === null) {
        const { parameters, proofBytes, experimental: isExperimental } = looks[one.circuit.system]
        open.set(id, {
          ...one,
          batchMax: Math.min(settings.batchMax, one.circuit.batchMax),
          parametersHash: hashOf(Buffer.from(parameters)),
          proofBytes,
          experimental: isExperimental,
        })
      } else {
        closed.push({ id, because: `${id}: ${because}` })
      }
    }
    for (const { id, because } of closed) log.error('a circuit is not verified for', { circuit: id, because })
    if (open.size > 0) log.info('circuits are verified for', { circuits: [...open.keys()] })
    const batchMax = new Map([...open].map(([id, circuit]) => [id, circuit.batchMax]))
    const { batchWaitMs: waitMs, waitingMax, workers } = settings
    const tally = new Tally(open.keys())
    const desk = new Desk(
      { waitMs, aloneMs: Math.min(waitMs, aloneMsMax), waitingMax, workers, batchMax },
      {
        clock,
        random,
        verify: pool.verify,
        finished: (circuit, size, tookMs) => tally.batch(circuit, size, tookMs),
        lost: (circuit, cause) =>
          log.error('a batch of proofs got no verdict', {
            circuit,
            because: cause instanceof Error ? cause.message : 'no error',
          }),
      },
    )
    return new Verifying({ open, closed, verifier: settings.verifier, desk, pool, tally, tester, clock })
  }

  private constructor(parts: Parts) {
    this.#open = parts.open
    this.#refused = parts.closed
    this.#verifier = parts.verifier
    this.#desk = parts.desk
    this.#pool = parts.pool
    this.#tally = parts.tally
    this.#tester = parts.tester
    this.#clock = parts.clock
    this.#tested = new Latest(this.#results())
  }

  get circuits(): ReadonlyMap<string, OpenCircuit> {
    return this.#open
  }

  get refused(): readonly RefusedCircuit[] {
    return this.#refused
  }

  /** Of every circuit that the settings name. */
  get tested(): Latest<readonly Tested[]> {
    return this.#tested
  }

  /** Tests the open circuits again. One that fails is closed from then on. */
  async test(): Promise<readonly Tested[]> {
    for (const [id, one] of [...this.#open]) {
      const because = await selfTest(one, this.#tester)
      if (because === null || !this.#open.delete(id)) continue
      this.#refused.push({ id, because: `${id}: ${because}` })
    }
    this.#tested.set(this.#results())
    return this.#tested.value
  }

  read(): readonly Reading[] {
    return this.#tally
      .read()
      .map((counted) => ({ ...counted, waiting: this.#desk.waitingFor(counted.circuit) }))
  }

  #results(): readonly Tested[] {
    const atMs = this.#clock.now()
    return [
      ...[...this.#open].map(([circuit, { keyHash }]) => ({ circuit, ok: true, because: '', keyHash, atMs })),
      ...this.#refused.map(({ id: circuit, because }) => ({
        circuit,
        ok: false,
        because,
        keyHash: '',
        atMs,
      })),
    ]
  }

  async verify(open: OpenCircuit, asked: Asked, tenant: string, signal: AbortSignal): Promise<Outcome> {
    const { circuit, keyHash } = open
    const context = bindingContext({
      domain: circuit.domain,
      keyHash,
      verifier: this.#verifier,
      nonce: fromHex(asked.nonce),
    })
    const claim = { proof: asked.proof, inputs: [...asked.inputs.map(fromHex), context] }
    const fault = looks[circuit.system].claimFault(claim, circuit.inputs.length + 1)
    if (fault !== null) return this.#counted(circuit.id, { verdict: fault })
    // With memory of its own, as the inputs are: with a view, all the memory that it is part of crosses to a worker.
    const proof = new Uint8Array(asked.proof)
    try {
      const outcome = await this.#desk.ask(circuit.id, tenant, { ...claim, proof }, signal)
      return this.#counted(circuit.id, outcome)
    } finally {
      proof.fill(0)
    }
  }

  #counted(circuit: string, outcome: Outcome): Outcome {
    if ('verdict' in outcome) this.#tally.verdict(circuit, outcome.verdict)
    return outcome
  }

  async stop(): Promise<void> {
    this.#desk.stop()
    await this.#pool.close()
  }
}

interface Parts {
  readonly open: Map<string, OpenCircuit>
  readonly closed: RefusedCircuit[]
  readonly verifier: string
  readonly desk: Desk
  readonly pool: Pool
  readonly tally: Tally
  readonly tester: Tester
  readonly clock: Clock
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}
