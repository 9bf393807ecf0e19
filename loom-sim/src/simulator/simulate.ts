/**
 * One history of the simulated node: its seed decides everything that happens, so the same seed is the same
 * history, event for event. After the last fault the node must come to rest, whole, and then stop with nothing
 * left behind.
 */

import { createHash } from 'node:crypto'
import type { Random } from '@ron/kernel/ports/random'
import { nextTurn } from '@ron/kernel/system/turn'
import { seeded } from '../seeded.ts'
import { Clients } from './clients.ts'
import { Faults } from './faults.ts'
import { lawsAlways, lawsAtRest, lawsAtTheEnd, listeners } from './laws.ts'
import { simNode, type SimNode } from './node.ts'
import { services } from './roster.ts'
import type { StartService } from './thread.ts'

export interface History {
  readonly seed: number
  readonly steps: number
  /** Of every event, in order. */
  readonly hash: string
  readonly events: number
  readonly calls: number
  readonly acknowledged: number
  readonly crashes: number
  readonly hangs: number
  /** Laws that did not hold, each with when; empty when all is well. */
  readonly broken: readonly string[]
}

export interface Staging {
  /** Hears every event as it happens. */
  readonly told?: (event: string) => void
  /** Takes the place of the simulated services. */
  readonly services?: Readonly<Record<string, StartService>>
}

export async function simulate(seed: number, steps: number, staging: Staging = {}): Promise<History> {
  const simulation = new Simulation(seed, staging)
  await simulation.storm(steps)
  await simulation.calm()
  await simulation.end()
  return simulation.history(steps)
}

/** Looking at it this often must be enough to come to rest. */
const restStepsMax = 20_000
/** And this often, for the last of what is on its way. */
const lastStepsMax = 200
const graceMs = 200

class Simulation {
  readonly #seed: number
  readonly #random: Random
  readonly #told: (event: string) => void
  readonly #hash = createHash('sha256')
  readonly #broken: string[] = []
  readonly #node: SimNode
  readonly #clients: Clients
  readonly #faults: Faults
  readonly #heard: () => readonly string[]
  #events = 0

  constructor(seed: number, staging: Staging) {
    this.#seed = seed
    this.#random = seeded(seed)
    this.#told = staging.told ?? (() => {})
    this.#node = simNode(staging.services ?? services, this.#random, (event) => this.#tell(event))
    this.#clients = new Clients(this.#node, this.#random, (law) => this.#breaks(law))
    this.#faults = new Faults(this.#node, (count) => this.#below(count))
    this.#heard = listeners(this.#node)
  }

  /** Clients, faults, deliveries and time, in any order. */
  async storm(steps: number): Promise<void> {
    this.#node.services.warm()
    void this.#node.services.start()
    for (let step = 0; step < steps; step++) {
      this.#tell(this.#anything())
      await nextTurn()
      for (const law of lawsAlways(this.#node)) this.#breaks(law)
    }
  }

  /** Without another fault it must become whole, do what it is for, and have nothing to do then. */
  async calm(): Promise<void> {
    const quiet = () => this.#clients.open === 0
    const whole = () => quiet() && this.#node.services.status().every(({ ready }) => ready)
    this.#faults.end()
    this.#clients.leave()
    await this.#until(whole, 'it does not come to rest')
    await this.#rest(() => false, lastStepsMax)
    const before = this.#clients.acknowledged
    this.#tell(this.#clients.place())
    await this.#until(quiet, 'a last write is never answered')
    if (this.#clients.acknowledged === before) {
      this.#breaks('nothing is in the way, and the desk keeps nothing in the ledger')
    }
    this.#tell(this.#clients.readAll())
    await this.#until(quiet, 'a last look is never answered')
    await this.#rest(() => false, lastStepsMax)
    for (const law of [...lawsAtRest(this.#node), ...this.#heard()]) this.#breaks(law)
  }

  /** It stops, also when a thread hangs. */
  async end(): Promise<void> {
    let stopped = false
    if (this.#below(2) === 0) this.#tell(this.#faults.hang())
    void this.#node.services.stop(graceMs).then(() => (stopped = true))
    await this.#until(() => stopped, 'it does not stop')
    await this.#rest(() => this.#node.traffic.lanes === 0, lastStepsMax)
    for (const law of lawsAtTheEnd(this.#node)) this.#breaks(law)
  }

  history(steps: number): History {
    const { calls, acknowledged } = this.#clients
    const { crashes, hangs } = this.#faults
    const [seed, events, broken] = [this.#seed, this.#events, this.#broken]
    return {
      seed,
      steps,
      hash: this.#hash.digest('hex'),
      events,
      calls,
      acknowledged,
      crashes,
      hangs,
      broken,
    }
  }

  #anything(): string {
    const die = this.#below(1_000)
    if (die < 600) return this.#deliver(this.#below(10))
    if (die < 800) return this.#advance(this.#below(20))
    if (die < 955) return `client ${this.#clients.ask()}`
    if (die < 978) return `client ${this.#clients.giveUp()}`
    if (die < 985) return this.#faults.crash()
    return die < 988 ? this.#faults.hang() : this.#faults.letGo()
  }

  /** Something arrives; when nothing is on its way, time passes. */
  #deliver(elseMs: number): string {
    return this.#node.traffic.deliver(this.#random) ?? this.#advance(elseMs)
  }

  #advance(ms: number): string {
    this.#node.clock.advance(ms)
    return `${ms} ms pass`
  }

  async #until(holds: () => boolean, law: string): Promise<void> {
    if (!(await this.#rest(holds, restStepsMax))) this.#breaks(law)
  }

  /** Everything arrives, and then time passes, until it holds. */
  async #rest(holds: () => boolean, stepsMax: number): Promise<boolean> {
    for (let step = 0; step < stepsMax && !holds(); step++) {
      this.#tell(this.#deliver(5))
      await nextTurn()
    }
    return holds()
  }

  #below(count: number): number {
    return Math.floor(this.#random.fraction() * count)
  }

  #tell(event: string): void {
    this.#events++
    this.#hash.update(`${event}\n`)
    this.#told(event)
  }

  #breaks(law: string): void {
    this.#tell(`BROKEN: ${law}`)
    this.#broken.push(`event ${this.#events}: ${law}`)
  }
}
