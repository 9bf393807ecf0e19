/**
 * A simulated thread. It runs a service over the kernel's own inbox, answering and peer links, as `host.ts` does
 * in a worker, and dies, hangs and comes back to itself when the simulation says so.
 */

import { ArenaJournal } from '@ron/kernel/arena/arena-journal'
import type { StateLease } from '@ron/kernel/arena/arena'
import { Answering } from '@ron/kernel/call/answering'
import { Inbox } from '@ron/kernel/call/inbox'
import type { PlainHandler } from '@ron/kernel/call/taken'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import type { Random } from '@ron/kernel/ports/random'
import type { Birth } from '@ron/kernel/thread/control'
import { PeerLink } from '@ron/kernel/thread/peer-link'
import type { Thread, ThreadObserver } from '@ron/kernel/thread/threads'
import type { Failure } from '@ron/kernel/supervisor/cause'
import type { Fall } from '@ron/kernel/thread/fall'
import { addToVital, writeVital } from '@ron/kernel/thread/vitals'
import { link, type LinkEnd } from './link.ts'
import { ThreadClock } from './thread-clock.ts'
import type { Lane, Traffic } from './traffic.ts'

/** What a simulated service is given to stand on. */
export interface Footing {
  readonly journal: Journal | null
  readonly peers: ReadonlyMap<string, PeerLink>
  /** Takes some time, in which anything may happen. */
  readonly pause: () => Promise<void>
}

export type Handlers = Readonly<Record<string, PlainHandler>>
export type StartService = (footing: Footing) => Promise<Handlers>

export interface Surroundings {
  readonly traffic: Traffic
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly services: Readonly<Record<string, StartService>>
}

const beatMs = 100
const pauseMsMax = 8
/** So few that a link is full now and then. */
const linkCapacity = 4

export class SimThread implements Thread {
  readonly name: string
  readonly #around: Surroundings
  readonly #birth: Birth
  readonly #observer: ThreadObserver
  readonly #clock: ThreadClock
  /** From the kernel and from its own timers; and back to the kernel. */
  readonly #inward: Lane
  readonly #outward: Lane
  readonly #inbox: Inbox
  readonly #peers: ReadonlyMap<string, PeerLink>
  readonly #ends = new Set<LinkEnd>()
  readonly #callers = new Set<Answering>()
  readonly #early: LinkEnd[] = []
  readonly #begun: Promise<StateLease | null>
  #begin: (lease: StateLease | null) => void = () => {}
  #handlers: Handlers | null = null
  #alive = true
  #hangs = false
  #handling = 0

  constructor(around: Surroundings, birth: Birth, observer: ThreadObserver) {
    const { traffic, clock } = around
    this.name = birth.shape.name
    this.#around = around
    this.#birth = birth
    this.#observer = observer
    this.#inward = traffic.lane(`into ${this.name}`, () => this.awake)
    this.#outward = traffic.lane(`out of ${this.name}`, () => true)
    this.#clock = new ThreadClock(clock, this.#inward)
    this.#inbox = new Inbox(birth.shape.inbox)
    this.#peers = new Map(birth.peers.map((shape) => [shape.name, new PeerLink(shape, this.#clock)]))
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve
    })
    this.#inward.send('birth', () => void this.#start())
  }

  get alive(): boolean {
    return this.#alive
  }

  get awake(): boolean {
    return this.#alive && !this.#hangs
  }

  /** Places of its inbox that are taken, and handlers that have not ended. At rest there are none. */
  get busy(): number {
    return this.#inbox.depth + this.#inbox.running + this.#handling
  }

  line(): LinkEnd {
    return this.#admit('kernel', () => true)
  }

  connectPeer(name: string, peer: SimThread): void {
    const end = peer.#admit(this.name, () => this.awake)
    this.#hold(end)
    this.#inward.send(`line to ${name}`, () => this.#peers.get(name)?.connect(end))
  }

  begin(state: StateLease | null): void {
    this.#inward.send('begin', () => this.#begin(state))
  }

  retire(): void {
    this.#inward.send('stop', () => this.#stop())
  }

  fall(how: Fall): void {
    if (how === 'hang') this.hang(true)
    else this.#die({ cause: how === 'oom' ? 'out-of-memory' : how, because: 'it was told to fall' })
  }

  kill(failure: Failure): void {
    this.#die(failure)
  }

  /** It blocks, until it is let go: nothing reaches it, and its time stands still. */
  hang(hangs: boolean): void {
    this.#hangs = hangs
  }

  /** Makes a link into the thread and returns the caller's end of it. */
  #admit(caller: string, awake: () => boolean): LinkEnd {
    const ends = link(this.#around.traffic, `${caller} to ${this.name}`, linkCapacity, [
      awake,
      () => this.awake,
    ])
    this.#hold(ends[1])
    this.#inward.send(`line from ${caller}`, () => this.#answer(ends[1]))
    return ends[0]
  }

  #hold(end: LinkEnd): void {
    if (this.#alive) this.#ends.add(end)
    else end.sever()
  }

  /** As in `host.ts`: a service with state starts at its birth, and follows its journal until `begin`. */
  async #start(): Promise<void> {
    const { state } = this.#birth
    const journal =
      state &&
      new ArenaJournal(state.journal, {
        owner: this.#begun.then(owned),
        pause: (ms) => this.#later(ms),
        beat: () => addToVital(this.#birth.vitals, 'beats', 1),
      })
    if (journal === null) await this.#begun
    const handlers = await this.#around.services[this.name]?.({
      journal,
      peers: this.#peers,
      pause: () => this.#later(Math.floor(this.#around.random.fraction() * pauseMsMax)),
    })
    if (!this.#alive || handlers === undefined) return
    this.#handlers = Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [name, this.#counted(handler)]),
    )
    for (const end of this.#early.splice(0)) this.#answer(end)
    this.#outward.send('ready', () => this.#observer.ready())
    this.#beat()
  }

  #answer(end: LinkEnd): void {
    if (this.#handlers === null) {
      this.#early.push(end)
      return
    }
    const { shape } = this.#birth
    const answering = new Answering(end, shape, this.#handlers, this.#inbox, this.#clock, this.#around.log)
    this.#callers.add(answering)
    answering.ended(() => this.#callers.delete(answering))
  }

  #counted(handler: PlainHandler): PlainHandler {
    return async (request, call) => {
      this.#handling++
      try {
        return await handler(request, call)
      } finally {
        this.#handling--
      }
    }
  }

  #beat(): void {
    writeVital(this.#birth.vitals, 'depth', this.#inbox.depth)
    writeVital(this.#birth.vitals, 'running', this.#inbox.running)
    addToVital(this.#birth.vitals, 'beats', 1)
    this.#clock.after(beatMs, () => this.#beat())
  }

  #later(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve))
  }

  #stop(): void {
    for (const answering of this.#callers) answering.stop()
    this.#clock.after(0, () => this.#die(null))
  }

  #die(failure: Failure | null): void {
    if (!this.#alive) return
    this.#alive = false
    this.#clock.end()
    this.#inward.end()
    for (const end of this.#ends) end.sever()
    this.#outward.send('exit', () => {
      this.#outward.end()
      this.#observer.exited(failure)
    })
  }
}

/** The number to write the journal under. */
function owned(lease: StateLease | null): number {
  if (lease === null) throw new Error('a service that keeps state begins with a lease of it')
  return lease.journal
}
