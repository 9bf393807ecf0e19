/** Counts how requests are answered, so that a change of configuration can be told by it. Counting costs an addition. */

import type { Answers } from '../../bundle/probation.ts'
import type { FrontMeter } from '../../ports/meter.ts'

export class AnswerCount {
  #all = 0
  #failed = 0

  /** The meter itself, with an onlooker. */
  watching(meter: FrontMeter): FrontMeter {
    return {
      ...meter,
      request: (route, method, status, seconds) => {
        this.#all++
        if (status >= 500 || status === 429 || status === 403) this.#failed++
        meter.request(route, method, status, seconds)
      },
    }
  }

  /** Since the start. */
  get counted(): Answers {
    return { all: this.#all, failed: this.#failed }
  }

  since(before: Answers): Answers {
    return { all: this.#all - before.all, failed: this.#failed - before.failed }
  }
}
