// @ts-check
/** What a load saw, counted. It judges nothing. */

/**
 * @typedef {{
 *   status: number, code: string, retryAfter: string | null, value: unknown, text: string
 * }} Reply `status` is 0 when there was no answer
 */

export class Tally {
  requests = 0
  acknowledged = 0
  /** Server errors and answers that never came, by status and code. @type {Map<string, number>} */
  failures = new Map()
  withoutRetryAfter = 0
  /** Each a sentence. @type {string[]} */
  lost = []
  /** @type {string[]} */
  wrong = []

  /** Requests of the check after the load that failed: what they asked for is not known to be there. */
  unverified = 0
  #closed = false

  /** The load is over; what follows is the check of what it left behind, and no part of its error rate. */
  close() {
    this.#closed = true
  }

  /** Counts one request. @param {Reply} reply */
  heard({ status, code, retryAfter }) {
    const well = status > 0 && status < 500
    if (this.#closed) {
      this.unverified += Number(!well)
      return
    }
    this.requests++
    if (well) return
    const reason = status === 0 ? code : `${status} ${code}`
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1)
    if (retryAfter === null) this.withoutRetryAfter++
  }

  get failed() {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0)
  }
}
