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
import { selfTest } from './self-test.ts'
import { looks } from './systems/looks.ts'

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

/** A claim as it was asked: inputs and nonce in lower-case hex. */
export interface Asked {
  readonly proof: Uint8Array
  readonly inputs: readonly string[]
  readonly nonce: string
}

export class Verifying {
  readonly circuits: ReadonlyMap<string, OpenCircuit>
  readonly refused: readonly RefusedCircuit[]
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
    for (const one of circuits) {
      const { id } = one.circuit
      const tester = { weights: (length: number) => random.bytes(length), verify: pool.verify }
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
    const desk = new Desk({ waitMs, waitingMax, workers, batchMax }, { clock, random, verify: pool.verify })
    return new Verifying(open, closed, settings.verifier, desk, pool)
  }

  private constructor(
    circuits: ReadonlyMap<string, OpenCircuit>,
    refused: readonly RefusedCircuit[],
    verifier: string,
    desk: Desk,
    pool: Pool,
  ) {
    this.circuits = circuits
    this.refused = refused
    this.#verifier = verifier
    this.#desk = desk
    this.#pool = pool
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
    if (fault !== null) return { verdict: fault }
    // With memory of its own, as the inputs are: with a view, all the memory that it is part of crosses to a worker.
    const proof = new Uint8Array(asked.proof)
    return this.#desk.ask(circuit.id, tenant, { ...claim, proof }, signal)
  }

  async stop(): Promise<void> {
    this.#desk.stop()
    await this.#pool.close()
  }
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'))
}
