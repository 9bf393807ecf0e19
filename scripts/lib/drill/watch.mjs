// @ts-check
/** What an operator sees meanwhile: when `/readyz` changed, and how long the node was not ready. */

/** @typedef {{ atMs: number, ready: boolean, missing: readonly string[] }} Change */

const lookMs = 20
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class Watch {
  /** @type {Change[]} */
  changes = []
  #from = performance.now()
  #watching = true
  #ask
  #done

  /** @param {import('./client.mjs').Ask} ask of the admin surface */
  constructor(ask) {
    this.#ask = ask
    this.#done = this.#watch()
  }

  /** Resolves with all changes, once the node is ready again or `patienceMs` are over. @param {number} patienceMs */
  async end(patienceMs) {
    const untilMs = performance.now() + patienceMs
    while (this.changes.at(-1)?.ready !== true && performance.now() < untilMs) await pause(lookMs)
    this.#watching = false
    await this.#done
    return { changes: this.changes, unreadyMs: this.#unreadyMs(), ready: this.changes.at(-1)?.ready === true }
  }

  async #watch() {
    while (this.#watching) {
      const { status, value } = await this.#ask('GET /readyz')
      const missing = [...(Object(value).missing ?? [])]
      const last = this.changes.at(-1)
      const change = { atMs: performance.now() - this.#from, ready: status === 200, missing }
      if (last?.ready !== change.ready || last.missing.join() !== missing.join()) this.changes.push(change)
      await pause(lookMs)
    }
  }

  #unreadyMs() {
    const ends = [...this.changes.slice(1).map(({ atMs }) => atMs), performance.now() - this.#from]
    return this.changes.reduce(
      (sum, { atMs, ready }, at) => (ready ? sum : sum + (ends[at] ?? atMs) - atMs),
      0,
    )
  }
}
