/**
 * Carries out the node's life: feeds signals and what comes of them into `lifecycle` and runs the effects it
 * names. What an effect does is the composer's business; this file owns their order and the deadline.
 */

import type { Clock } from '../ports/clock.ts'
import { lifecycle, type LifecycleEffect, type LifecycleEvent, type NodePhase } from './lifecycle.ts'

export interface LifeWork {
  /** Turn unready and refuse what is new. */
  refuseNew(because: string): void
  /** Close the door for new connections. */
  stopAccepting(): void
  /** Resolves when nothing that was accepted is unanswered. */
  inFlightDone(): Promise<void>
  /** Ends what is left by force. */
  forceClose(): void
  stopServices(): Promise<void>
  /** Overwrites what the services kept; nobody writes any more. */
  overwriteMemory(): void
}

export class Life {
  readonly #work: LifeWork
  readonly #clock: Clock
  readonly #deadlineMs: number
  #phase: NodePhase = 'Running'
  #because = ''
  #resolveEnded: (exitCode: number) => void = () => {}
  #rejectEnded: (thrown: unknown) => void = () => {}

  /**
   * Resolves with the exit code: 0 when everything was drained, 1 when something was aborted. Rejects with
   * what the work threw: there is no orderly end any more, so whoever waits should end the process.
   */
  readonly ended: Promise<number>

  constructor(work: LifeWork, clock: Clock, deadlineMs: number) {
    this.#work = work
    this.#clock = clock
    this.#deadlineMs = deadlineMs
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnded = resolve
      this.#rejectEnded = reject
    })
  }

  get phase(): NodePhase {
    return this.#phase
  }

  /** Begins the drain; the second call ends it. */
  shutdown(because: string): void {
    this.#because = because
    this.#tell('shutdown')
  }

  #tell(event: LifecycleEvent): void {
    this.#feed(event).catch(this.#rejectEnded)
  }

  async #feed(event: LifecycleEvent): Promise<void> {
    const [phase, effects] = lifecycle(this.#phase, event)
    this.#phase = phase
    for (const effect of effects) await this.#carryOut(effect)
  }

  async #carryOut(effect: LifecycleEffect): Promise<void> {
    switch (effect) {
      case 'refuse-new':
        return this.#work.refuseNew(this.#because)
      case 'stop-accepting':
        return this.#work.stopAccepting()
      case 'await-in-flight':
        return this.#awaitInFlight()
      case 'force-close':
        this.#work.forceClose()
        return this.#feed('aborted')
      case 'stop-services':
        return this.#work.stopServices()
      case 'overwrite-memory':
        return this.#work.overwriteMemory()
      case 'end-drained':
        return this.#resolveEnded(0)
      case 'end-aborted':
        return this.#resolveEnded(1)
    }
  }

  /** Whichever comes first wins; the other finds the phase changed and changes nothing. */
  #awaitInFlight(): void {
    const cancel = this.#clock.after(this.#deadlineMs, () => this.#tell('deadline'))
    this.#work.inFlightDone().then(() => {
      cancel()
      this.#tell('drained')
    }, this.#rejectEnded)
  }
}
