/**
 * One history of the simulated node: its seed decides everything that happens, so the same seed is the same
 * history, event for event. After the last fault the node must come to rest, whole, and then stop with nothing
 * left behind.
 */

import { createHash } from 'node:crypto'
import { nextTurn } from '@ron/kernel/system/turn'
import { seeded } from '../seeded.ts'
import { Clients } from './clients.ts'
import { simNode, type SimNode } from './node.ts'
import type { SimThread } from './thread.ts'

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

/** Looking at it this often must be enough to come to rest. */
const restStepsMax = 20_000
/** And this often, for the last of what is on its way. */
const lastStepsMax = 200
const graceMs = 200
const busCapacity = 2

/** `told` hears every event as it happens. */
export async function simulate(
  seed: number,
  steps: number,
  told: (event: string) => void = () => {},
): Promise<History> {
  const random = seeded(seed)
  const hash = createHash('sha256')
  const broken: string[] = []
  let events = 0
  const tell = (event: string) => {
    events++
    hash.update(`${event}\n`)
    told(event)
  }
  const breaks = (law: string) => {
    tell(`BROKEN: ${law}`)
    broken.push(`event ${events}: ${law}`)
  }
  const node = simNode(random, tell)
  const clients = new Clients(node, random, breaks)
  const heard = listeners(node)
  const faults = new Faults(node)
  const below = (count: number) => Math.floor(random.fraction() * count)
  const advance = (ms: number) => {
    node.clock.advance(ms)
    return `${ms} ms pass`
  }

  node.services.warm()
  void node.services.start()
  for (let step = 0; step < steps; step++) {
    const die = below(1_000)
    if (die < 600) tell(node.traffic.deliver(random) ?? advance(below(10)))
    else if (die < 800) tell(advance(below(20)))
    else if (die < 960) tell(`client ${clients.ask()}`)
    else if (die < 985) tell(`client ${clients.giveUp()}`)
    else if (die < 988) tell(faults.crash(below))
    else if (die < 990) tell(faults.hang(below))
    else tell(faults.letGo(below))
    await nextTurn()
  }
  faults.end()
  clients.leave()
  const whole = () => clients.open === 0 && node.services.status().every(({ ready }) => ready)
  if (!(await comesToRest(whole))) breaks('it does not come to rest')
  clients.readAll()
  if (!(await comesToRest(() => clients.open === 0))) breaks('a last look is never answered')
  await comesToRest(() => false, lastStepsMax)
  for (const law of [...lawsAtRest(node), ...heard()]) breaks(law)

  let stopped = false
  void node.services.stop(graceMs).then(() => (stopped = true))
  if (!(await comesToRest(() => stopped))) breaks('it does not stop')
  await comesToRest(() => node.traffic.lanes === 0, lastStepsMax)
  for (const law of lawsAtTheEnd(node)) breaks(law)
  const { calls, acknowledged } = clients
  const { crashes, hangs } = faults
  return { seed, steps, hash: hash.digest('hex'), events, calls, acknowledged, crashes, hangs, broken }

  /** Everything arrives, and when nothing is on its way, time passes. */
  async function comesToRest(holds: () => boolean, stepsMax = restStepsMax): Promise<boolean> {
    for (let step = 0; step < stepsMax; step++) {
      if (holds()) return true
      tell(node.traffic.deliver(random) ?? advance(5))
      await nextTurn()
    }
    return holds()
  }
}

/** Crashes and hangs, of a thread that the seed picks. */
class Faults {
  readonly #node: SimNode
  crashes = 0
  hangs = 0

  constructor(node: SimNode) {
    this.#node = node
  }

  crash(below: (count: number) => number): string {
    const thread = this.#pick(below)
    if (thread === undefined) return 'nothing crashes'
    this.crashes++
    thread.kill({ cause: 'throw', because: 'the simulation struck it down' })
    return `${thread.name} crashes`
  }

  hang(below: (count: number) => number): string {
    const thread = this.#pick(below)
    if (thread === undefined) return 'nothing hangs'
    this.hangs++
    thread.hang(true)
    return `${thread.name} hangs`
  }

  letGo(below: (count: number) => number): string {
    const thread = this.#pick(below)
    thread?.hang(false)
    return `${thread?.name ?? 'nothing'} is let go`
  }

  end(): void {
    for (const thread of this.#node.threads()) thread.hang(false)
  }

  #pick(below: (count: number) => number): SimThread | undefined {
    const threads = this.#node.threads()
    return threads[below(threads.length)]
  }
}

/** One that hears everything, and one that is slow: between them no event of the bus may vanish untold. */
function listeners({ bus, clock }: SimNode): () => readonly string[] {
  let all = 0
  let slow = 0
  bus.subscribe({ name: 'fast', capacity: 100_000, handle: () => void all++, lagged() {} })
  bus.subscribe({
    name: 'slow',
    capacity: busCapacity,
    handle() {
      slow++
      return new Promise<void>((resolve) => clock.after(20, resolve))
    },
    lagged: (count) => void (slow += count),
  })
  return () => (all === slow ? [] : [`the bus had ${all} events, and a slow subscriber knows of ${slow}`])
}

function lawsAtRest({ services, gates }: SimNode): readonly string[] {
  const { ready, missing } = gates.read()
  return [
    ...(ready ? [] : [`every service is up, and the gates ${missing.join(', ')} are closed`]),
    ...(services.open === 0 ? [] : [`${services.open} calls are open, and nobody asked them`]),
    ...services
      .status()
      .filter(({ inboxDepth }) => inboxDepth > 0)
      .map(({ name, inboxDepth }) => `${inboxDepth} requests wait in ${name}, and nobody asked them`),
  ]
}

function lawsAtTheEnd({ clock, threads, traffic }: SimNode): readonly string[] {
  return [
    ...(clock.pending === 0 ? [] : [`${clock.pending} timers are left`]),
    ...threads().map(({ name }) => `a thread of ${name} is left`),
    ...(traffic.lanes === 0 ? [] : [`${traffic.lanes} lanes are left`]),
  ]
}
