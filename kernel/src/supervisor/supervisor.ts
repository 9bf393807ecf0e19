/**
 * Keeps one service alive: feeds what happens into `supervise` and carries out what it says. Everything it
 * tells the outside goes through the observer; readiness, metrics and wiring are not its business.
 */

import { described } from '../call/described.ts'
import type { Health } from '../contract/contract.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Birth } from '../thread/control.ts'
import type { MakeThread, Thread, ThreadObserver } from '../thread/threads.ts'
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
  down(because: string, retryInMs: number, degraded: boolean): void
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
  #cancelTimer: () => void = () => {}
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
    if (this.#state.phase === 'idle') this.#thread ??= this.#make()
  }

  start(): void {
    this.#feed({ kind: 'start' })
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
      case 'retire':
        return this.#thread?.retire()
      case 'kill':
        return this.#thread?.kill(effect.because)
      case 'timer':
        return this.#setTimer(effect.inMs)
      case 'no-timer':
        return this.#cancelTimer()
      case 'up':
        return this.#thread === null ? undefined : this.#observer.up(this.#thread)
      case 'down':
        return this.#observer.down(effect.because, effect.retryInMs, effect.degraded)
      case 'restarted':
        return this.#observer.restarted()
      case 'ended':
        this.#thread?.kill('it was never started')
        for (const resolve of this.#stopping.splice(0)) resolve()
    }
  }

  #spawn(): void {
    this.#thread ??= this.#make()
    if (this.#thread !== null) this.#observer.spawned(this.#thread)
  }

  #make(): Thread | null {
    try {
      return this.#makeThread(this.#birth, {
        ready: () => this.#feed({ kind: 'ready' }),
        health: (health) => this.#observer.health(health),
        log: (level, message, fields) => this.#observer.log(level, message, fields),
        exited: (because) => this.#exited(because),
      })
    } catch (thrown) {
      // No memory, no process left to make one of, or a config that cannot cross: an exit like any other. It is
      // told in a later turn, for one event is decided at a time.
      this.#clock.after(0, () => this.#exited(`its thread could not be made: ${described(thrown)}`))
      return null
    }
  }

  #exited(because: string | null): void {
    this.#thread = null
    if (this.#state.phase === 'stopping' && because !== null) {
      this.#observer.log('warn', 'the service did not stop cleanly', { because })
    }
    this.#feed({
      kind: 'exited',
      atMs: this.#clock.monotonic(),
      because: because ?? 'it stopped by itself',
      fraction: this.#random.fraction(),
    })
  }

  #setTimer(inMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.after(inMs, () => {
      this.#feed({ kind: 'timer', atMs: this.#clock.monotonic() })
    })
  }
}
