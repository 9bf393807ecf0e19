/**
 * The services of a node, running: started in the order of what they use, each under a supervisor in its
 * own thread, wired to the kernel and to each other, and reachable through `Dispatch`. Stopped in reverse.
 */

import type { StatePlace } from '../arena/arena.ts'
import type { Contract, Health } from '../contract/contract.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Bus } from '../bus/bus.ts'
import type { ServiceMeter } from '../metrics/metrics.ts'
import type { Clock } from '../ports/clock.ts'
import type { Answer, Dispatch, DispatchOptions } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import type { Fields } from '../ports/port.ts'
import type { Random } from '../ports/random.ts'
import type { Stamps } from '../ports/stamps.ts'
import type { TenantLedger } from '../ports/tenants.ts'
import type { Lines } from '../fairness/drr.ts'
import { birthOf, memberAt, placeOf, statusOf, type Member, type Modules, type Place } from './member.ts'
import { metered } from './metered.ts'
import { inTurn, restartObjection } from './renewal.ts'
import { firstLine, recovered, type ServiceStatus } from './service-status.ts'
import { startOrder } from './start-order.ts'
import { Supervisor } from './supervisor.ts'
import type { SupervisionShape } from './supervise.ts'
import { supervisionOf } from './supervision-of.ts'
import type { Failure } from './cause.ts'
import type { Fall } from '../thread/fall.ts'
import type { MakeThread, Thread } from '../thread/threads.ts'
import { readVital, writeVital } from '../thread/vitals.ts'

export interface ServicesParts {
  readonly makeThread: MakeThread
  readonly contracts: readonly Contract[]
  /** Where the threads' code lies: `host.js`, and the module of each service. */
  readonly modules: Modules
  /** Checked values of each service's config section. */
  readonly config: Readonly<Record<string, unknown>>
  readonly supervision: SupervisionShape
  /** Most that the heap of one thread may hold. */
  readonly heapBytesMax: number
  readonly clock: Clock
  readonly random: Random
  readonly bus: Bus
  readonly meter: ServiceMeter
  readonly log: (service: string) => Log
  /** Told what services do for whom. */
  readonly ledger: TenantLedger
}

/** How long a thread that is to take over may load and follow before it does. */
const followMs = 400

export class Services implements Dispatch {
  readonly #parts: ServicesParts
  readonly #waves: readonly (readonly Member[])[]
  readonly #members: ReadonlyMap<string, Member>
  #stopping = false

  constructor(parts: ServicesParts) {
    this.#parts = parts
    this.#members = new Map(parts.contracts.map((contract) => [contract.name, this.#member(contract)]))
    this.#waves = startOrder(parts.contracts).map((wave) => wave.map((name) => this.#find(name)))
  }

  /** Makes every thread ahead of `start`: they load their code while the caller does something else. */
  warm(): void {
    for (const { supervisor } of this.#members.values()) supervisor.warm()
  }

  /**
   * Starts wave by wave; resolves when every required service has been up once, and every optional one has
   * been up or has failed once. A stop ends it early.
   */
  async start(): Promise<void> {
    for (const wave of this.#waves) {
      if (this.#stopping) return
      await Promise.all(wave.map((member) => this.#begin(member)))
    }
  }

  /** Stops wave by wave in reverse; a service gets `graceMs`, then its thread is ended. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    for (const wave of this.#waves.toReversed()) {
      await Promise.all(wave.map((member) => this.#end(member, graceMs)))
    }
  }

  /** Where services keep what outlives their threads, by name. */
  places(): ReadonlyMap<string, StatePlace> {
    return new Map(
      [...this.#members].flatMap(([name, { arena }]) => (arena === null ? [] : [[name, arena.place]])),
    )
  }

  /** Overwrites what services left behind, once their threads have ended. Says how many bytes that was. */
  zeroize(): number {
    return [...this.#members.values()].reduce((bytes, { arena }) => bytes + (arena?.zeroize() ?? 0), 0)
  }

  call(
    service: string,
    operation: string,
    fields: Fields,
    body: Uint8Array | null,
    options: DispatchOptions,
  ): Promise<Answer> {
    const { clock, meter } = this.#parts
    const member = this.#members.get(service)
    // Not metered: names from outside the roster must not become labels.
    if (member === undefined || !Object.hasOwn(member.contract.operations, operation)) {
      return Promise.reject(new Refusal('BadRequest', `no service ${service} has an operation ${operation}`))
    }
    const { traceId } = options.caller
    const call = { service, operation, traceId, clock, meter, log: member.log }
    return metered(call, () => member.link.call(operation, fields, body, options))
  }

  full(service: string, operation: string, tenant: string): Refusal | null {
    const refusal = this.#members.get(service)?.link.full(operation, tenant) ?? null
    if (refusal !== null) this.#parts.meter.answered(service, operation, refusal.code, 0)
    return refusal
  }

  /**
   * Restarts a service with other values of its settings, after those who asked before. Its next thread is made first,
   * and follows what the service keeps while this one still serves. Resolves with how many milliseconds nobody could use
   * it. Rejects with an `Error` when the next one does not come up; it is tried again, as after any failure.
   */
  renew(service: string, config: unknown, graceMs: number): Promise<number> {
    const member = this.#find(service)
    return inTurn(member, () => this.#renewed(member, config, graceMs))
  }

  /** The same with the settings it has. Rejects with a `Refusal` when there is nothing that could be restarted now. */
  async restart(service: string, graceMs: number): Promise<number> {
    const member = this.#members.get(service)
    if (member === undefined) throw new Refusal('NotFound', `no service is named ${JSON.stringify(service)}`)
    const objection = restartObjection(member)
    if (objection !== null) throw objection
    return inTurn(member, () => this.#renewed(member, member.config, graceMs))
  }

  /** What tells whether a kept answer of a service is still good; null when its contract says that nobody keeps any. */
  stampsOf(service: string): Stamps | null {
    return this.#find(service).arena?.stamps ?? null
  }

  /** A drill: makes the thread of a service fall. False when there is none that runs. */
  topple(service: string, how: Fall): boolean {
    return this.#members.get(service)?.supervisor.topple(how) ?? false
  }

  status(): readonly ServiceStatus[] {
    return [...this.#members.values()].map(statusOf)
  }

  /** Calls that wait for an answer. A drain ends when there are none; subscriptions last and are not counted. */
  get open(): number {
    let open = 0
    for (const { link } of this.#members.values()) open += link.open
    return open
  }

  /** Of the places to wait at the service that is most wanted, the share that is taken. */
  pressure(): number {
    return [...this.#members.values()].reduce((most, { link, vitals, contract: { inbox } }) => {
      return Math.max(most, (link.waiting + readVital(vitals, 'depth')) / inbox.capacity)
    }, 0)
  }

  /** Tenants that wait for their turn, at each service. */
  lines(): readonly Lines[] {
    return [...this.#members.values()].map(({ link }) => link.lines)
  }

  async #renewed(member: Member, config: unknown, graceMs: number): Promise<number> {
    const { clock } = this.#parts
    const next = this.#supervisor(member, config)
    next.warm()
    await new Promise<void>((resolve) => void clock.after(followMs, resolve))
    const fromMs = member.cutAtMs ?? clock.monotonic()
    await member.supervisor.stop(graceMs)
    if (this.#stopping) return next.stop(0).then(() => 0)
    this.#unwire(member, `${member.contract.name} is being restarted`)
    member.supervisor = next
    member.config = config
    member.renewing = true
    await this.#begin(member)
    member.renewing = false
    const { ok, because, contract } = member
    if (!ok) throw new Error(`${contract.name} does not start with these settings: ${because}`)
    return clock.monotonic() - fromMs
  }

  #find(name: string): Member {
    const member = this.#members.get(name)
    if (member === undefined) throw new Error(`no service is named ${name}`)
    return member
  }

  #member(contract: Contract): Member {
    const { clock, config, ledger, log } = this.#parts
    const own = config[contract.name]
    const place = placeOf(contract, own, clock, ledger, log(contract.name))
    return memberAt(place, this.#supervisor(place, own), own)
  }

  #supervisor(place: Place, config: unknown): Supervisor {
    const { makeThread, clock, random, modules, supervision, heapBytesMax, bus } = this.#parts
    const { name } = place.contract
    const member = () => this.#find(name)
    const birth = birthOf(place, config, modules, heapBytesMax)
    const shaped = supervisionOf(place.contract, supervision)
    return new Supervisor(makeThread, birth, shaped, clock, random, {
      spawned: (thread) => this.#spawned(member(), thread),
      up: (thread) => this.#up(member(), thread),
      health: (health) => this.#health(member(), health),
      cut: (because) => this.#cut(member(), because),
      down: (failure, retryInMs, degraded) => this.#down(member(), failure, retryInMs, degraded),
      restarted: () => {
        member().restarts++
        bus.publish({ kind: 'ServiceRestarted', service: name })
      },
      log: (level, message, fields) => place.log[level](message, fields),
    })
  }

  #begin(member: Member): Promise<void> {
    return new Promise((resolve) => {
      const waiting = member.started
      member.started = () => {
        member.started = () => {}
        waiting()
        resolve()
      }
      member.supervisor.start()
    })
  }

  async #end(member: Member, graceMs: number): Promise<void> {
    await member.supervisor.stop(graceMs)
    this.#unwire(member, 'the node is stopping')
    member.because = 'it was stopped'
    member.started()
  }

  /** Gives a new thread its lines to the services it uses that are up and its state, and lets it start. */
  #spawned(member: Member, thread: Thread): void {
    member.thread = thread
    for (const name of Object.keys(member.contract.uses)) {
      const peer = this.#find(name)
      if (peer.supervisor.phase === 'running' && peer.thread !== null) {
        thread.connectPeer(name, peer.thread)
      }
    }
    thread.begin(member.arena?.lend() ?? null)
  }

  /** Opens the kernel's own line, and gives a line to every thread that uses this service. */
  #up(member: Member, thread: Thread): void {
    const { name } = member.contract
    member.link.connect(thread.line())
    for (const user of this.#members.values()) {
      if (Object.hasOwn(user.contract.uses, name)) user.thread?.connectPeer(name, thread)
    }
    const downMs = recovered(member, this.#parts.clock.monotonic())
    if (downMs !== null) this.#parts.bus.publish({ kind: 'ServiceRecovered', service: name, downMs })
    this.#health(member, { state: 'ready' })
    member.started()
  }

  /** Readiness and callers learn it at the first news; why, when the thread is gone. */
  #cut(member: Member, because: string): void {
    const service = member.contract.name
    this.#unwire(member, `${service} fell: ${because}`)
    member.because = because
    this.#parts.bus.publish({ kind: 'Health', service, ok: false, because })
  }

  #down(member: Member, { cause, because }: Failure, retryInMs: number, degraded: boolean): void {
    const { bus, clock } = this.#parts
    const service = member.contract.name
    const line = firstLine(because)
    member.lastFailure = { cause, because: line, at: clock.now(), downMs: null }
    member.because = degraded ? `degraded: it keeps failing; ${cause}: ${line}` : `${cause}: ${line}`
    const story = degraded ? 'keeps failing and is held down' : 'is being restarted'
    this.#unwire(member, `${service} ${story} (${cause})`, retryInMs)
    bus.publish({ kind: 'ServiceCrashed', service, cause, because, retryInMs, degraded })
    bus.publish({ kind: 'Health', service, ok: false, because: member.because })
    if (member.contract.need === 'optional' || member.renewing) member.started()
  }

  #unwire(member: Member, because: string, retryInMs = 0): void {
    member.thread = null
    member.cutAtMs ??= this.#parts.clock.monotonic()
    member.link.cut(because, retryInMs)
    member.ok = false
    // The page outlives the thread; what waited there waits no more.
    writeVital(member.vitals, 'depth', 0)
    writeVital(member.vitals, 'running', 0)
  }

  /** A degraded service still answers: it stays ready and says what is wrong. One that rebuilds is not yet. */
  #health(member: Member, health: Health): void {
    const ok = health.state !== 'rebuilding'
    const because = health.state === 'ready' ? '' : health.because
    const changed = member.ok !== ok || member.because !== because
    member.ok = ok
    member.because = because
    if (changed) {
      this.#parts.bus.publish({ kind: 'Health', service: member.contract.name, ok, because })
    }
  }
}
