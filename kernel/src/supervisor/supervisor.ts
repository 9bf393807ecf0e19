/**
 * Keeps one service alive: feeds what happens into `supervise` and carries out what it says. Everything it
 * tells the outside goes through the observer; readiness, metrics and wiring are not its business.
 */

import { described } from '../call/described.ts'
import type { Health } from '../contract/contract.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Birth } from '../thread/control.ts'
import type { Fall } from '../thread/fall.ts'
import type { MakeThread, Thread, ThreadObserver } from '../thread/threads.ts'
import { readVital } from '../thread/vitals.ts'
import type { Failure } from './cause.ts'
import {
  supervise,
  unsupervised,
  type Supervised,
  type SupervisionEffect,
  type SupervisionEvent,
  type SupervisionShape,
} from './supervise.ts'

export interface SupervisorObserver extends Pick<ThreadObserver, 'log'> {
  /** A thread exists; its service starts once the thread is told to begin. */
  spawned(thread: Thread): void
  /** The service answers on this thread. */
  up(thread: Thread): void
  health(health: Health): void
  /** Nobody may call it any more; `down` follows when its thread is gone. */
  cut(because: string): void
  down(failure: Failure, retryInMs: number, degraded: boolean): void
  restarted(): void
}

export class Supervisor {
  readonly #makeThread: MakeThread
  readonly #birth: Birth
  readonly #shape: SupervisionShape
  readonly #clock: Clock
  readonly #random: Random
  readonly #observer: SupervisorObserver
  #state: Supervised = unsupervised
  #thread: Thread | null = null
  /** Its code is loaded and its service not started. */
  #spare: Thread | null = null
  #cancelTimer: () => void = () => {}
  #cancelLook: () => void = () => {}
  /** Those who wait for the end. */
  readonly #stopping: (() => void)[] = []

  constructor(
    makeThread: MakeThread,
    birth: Birth,
    shape: SupervisionShape,
    clock: Clock,
    random: Random,
    observer: SupervisorObserver,
  ) {
    this.#makeThread = makeThread
    this.#birth = birth
    this.#shape = shape
    this.#clock = clock
    this.#random = random
    this.#observer = observer
  }

  get phase(): Supervised['phase'] {
    return this.#state.phase
  }

  /** Makes the first thread ahead of `start`, so that its code is loaded by then. */
  warm(): void {
    this.#feed({ kind: 'warm' })
  }

  start(): void {
    this.#feed({ kind: 'start' })
  }

  /** A drill: makes the thread fall. False when the service is not running, so that there is nothing to topple. */
  topple(how: Fall): boolean {
    if (this.#state.phase !== 'running') return false
    this.#thread?.fall(how)
    return true
  }

  /** Resolves when the thread has ended; after `graceMs` it is ended from outside. */
  stop(graceMs: number): Promise<void> {
    if (this.#state.phase === 'stopped') return Promise.resolve()
    return new Promise((resolve) => {
      this.#stopping.push(resolve)
      this.#feed({ kind: 'stop', graceMs })
    })
  }

  #feed(event: SupervisionEvent): void {
    const [state, effects] = supervise(this.#state, event, this.#shape)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: SupervisionEffect): void {
    switch (effect.kind) {
      case 'spawn':
        return this.#spawn()
      case 'prepare-spare':
        this.#spare = this.#make()
        return
      case 'end-spare':
        this.#spare?.kill({ cause: 'exit', because: 'it was not needed' })
        this.#spare = null
        return
      case 'retire':
        return this.#thread?.retire()
      case 'kill':
        return this.#thread?.kill(effect)
      case 'timer':
        return this.#setTimer(effect.inMs)
      case 'no-timer':
        return this.#cancelTimer()
      case 'up':
        return this.#up()
      case 'cut':
        this.#cancelLook()
        return this.#observer.cut(effect.because)
      case 'stuck':
        return this.#observer.log('error', 'the thread of a service cannot be ended', {
          fix: 'a native call holds it; the service is back when that returns, or after a restart of the process',
        })
      case 'down':
        this.#cancelLook()
        return this.#observer.down(effect, effect.retryInMs, effect.degraded)
      case 'restarted':
        return this.#observer.restarted()
      case 'ended':
        this.#cancelLook()
        for (const resolve of this.#stopping.splice(0)) resolve()
    }
  }

  #spawn(): void {
    this.#thread = this.#spare ?? this.#make()
    this.#spare = null
    if (this.#thread !== null) this.#observer.spawned(this.#thread)
  }

  #up(): void {
    if (this.#thread === null) return
    this.#look(this.#clock.monotonic())
    this.#observer.up(this.#thread)
  }

  #make(): Thread | null {
    try {
      const thread: Thread = this.#makeThread(this.#birth, {
        ready: () => this.#feed({ kind: 'ready' }),
        health: (health) => this.#observer.health(health),
        log: (level, message, fields) => this.#observer.log(level, message, fields),
        exited: (failure) => this.#exited(thread, failure),
      })
      return thread
    } catch (thrown) {
      // No memory, no process left to make one of, or a config that cannot cross: an exit like any other. It is
      // told in a later turn, for one event is decided at a time.
      const because = `its thread could not be made: ${described(thrown)}`
      this.#clock.after(0, () => this.#exited(null, { cause: 'unmade', because }))
      return null
    }
  }

  /** `exited` is null for a thread that never came to be: the spare's place is then as empty as the thread's. */
  #exited(exited: Thread | null, failure: Failure | null): void {
    if (exited === this.#thread) {
      this.#thread = null
      this.#threadEnded(failure ?? { cause: 'exit', because: 'it stopped by itself' }, failure !== null)
    } else if (exited === this.#spare) {
      this.#spare = null
      this.#observer.log('warn', 'a spare thread was lost', { because: failure?.because })
      this.#feed({ kind: 'spare-lost' })
    }
  }

  #threadEnded({ cause, because }: Failure, unasked: boolean): void {
    if (this.#state.phase === 'stopping' && unasked) {
      this.#observer.log('warn', 'the service did not stop cleanly', { cause, because })
    }
    const [atMs, fraction] = [this.#clock.monotonic(), this.#random.fraction()]
    this.#feed({ kind: 'exited', atMs, cause, because, fraction })
  }

  /** Looks at the beats of the running thread, again and again until it is cut off. */
  #look(beforeMs: number): void {
    this.#cancelLook = this.#clock.after(this.#shape.lookMs, () => {
      const nowMs = this.#clock.monotonic()
      this.#look(nowMs)
      const beats = readVital(this.#birth.vitals, 'beats')
      this.#feed({ kind: 'look', beats, sinceMs: nowMs - beforeMs })
    })
  }

  #setTimer(inMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.after(inMs, () => {
      this.#feed({ kind: 'timer', atMs: this.#clock.monotonic() })
    })
  }
}
