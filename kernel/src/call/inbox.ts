/**
 * Where the requests of one service wait, whoever sent them. At most `concurrency` run at once and at most
 * `capacity` wait; the next is refused. Full is refused at once: a queue that grows is a slow crash.
 */

import type { InboxShape } from '../contract/contract.ts'
import { placeFor, subscriptionsMax } from './places.ts'

/** A job never rejects. */
type Job = () => Promise<void>

export class Inbox {
  readonly #shape: InboxShape
  readonly #waiting: Job[] = []
  #running = 0
  #held = 0

  constructor(shape: InboxShape) {
    if (!(shape.concurrency >= 1)) throw new RangeError('an inbox needs a concurrency of at least 1')
    this.#shape = shape
  }

  /** Requests waiting, not counting those that run. */
  get depth(): number {
    return this.#waiting.length
  }

  get running(): number {
    return this.#running
  }

  /** False when the inbox is full; the job will then never run. */
  offer(job: Job): boolean {
    const place = placeFor({ running: this.#running, waiting: this.#waiting.length }, this.#shape)
    if (place === 'run') this.#run(job)
    if (place === 'wait') this.#waiting.push(job)
    return place !== 'full'
  }

  /**
   * Runs a job that lasts, such as a subscription, beside the others: it takes no turn from them. False when as
   * many are held as may be.
   */
  hold(job: Job): boolean {
    if (this.#held >= subscriptionsMax(this.#shape)) return false
    this.#held++
    void job().then(() => this.#held--)
    return true
  }

  /** Takes a waiting job back, so that its place is free at once. False when it runs already or never waited. */
  withdraw(job: Job): boolean {
    const at = this.#waiting.indexOf(job)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  #run(job: Job): void {
    this.#running++
    void job().then(this.#goOn)
  }

  readonly #goOn = () => {
    this.#running--
    const next = this.#waiting.shift()
    if (next !== undefined) this.#run(next)
  }
}
