/** The naive twin of `Timeline`: a set that is sorted whenever somebody looks. */

export class TimelineOracle {
  #orders: number[] = []

  get orders(): readonly number[] {
    return this.#orders
  }

  insert(order: number, max: number): 'there' | 'added' | 'replaced' | 'older' {
    if (this.#orders.includes(order)) return 'there'
    const all = [...this.#orders, order].sort((a, b) => a - b)
    const wasFull = this.#orders.length === max
    this.#orders = all.slice(-max)
    if (!wasFull) return 'added'
    return this.#orders.includes(order) ? 'replaced' : 'older'
  }

  remove(order: number): boolean {
    return this.keep((each) => each !== order) === 1
  }

  keep(which: (order: number) => boolean): number {
    const before = this.#orders.length
    this.#orders = this.#orders.filter(which)
    return before - this.#orders.length
  }
}
