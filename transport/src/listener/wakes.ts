/** Those who wait for the same thing to happen. */
export class Wakes {
  #waiting: (() => void)[] = []

  wait(): Promise<void> {
    return new Promise((wake) => {
      this.#waiting.push(wake)
    })
  }

  /** It happened. Who waits from here on waits for the next time. */
  all(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
