/** Crashes and hangs, of threads that the seed picks. */

import type { SimNode } from './node.ts'
import type { SimThread } from './thread.ts'

/** Picks a whole number from 0 to `count` - 1. */
export type Below = (count: number) => number

export class Faults {
  readonly #node: SimNode
  readonly #below: Below
  crashes = 0
  hangs = 0

  constructor(node: SimNode, below: Below) {
    this.#node = node
    this.#below = below
  }

  crash(): string {
    const thread = this.#pick()
    if (thread === undefined) return 'nothing crashes'
    this.crashes++
    thread.fall('exit')
    return `${thread.name} crashes`
  }

  hang(): string {
    const thread = this.#pick()
    if (thread === undefined) return 'nothing hangs'
    this.hangs++
    thread.hang(true)
    return `${thread.name} hangs`
  }

  letGo(): string {
    const thread = this.#pick()
    thread?.hang(false)
    return `${thread?.name ?? 'nothing'} is let go`
  }

  end(): void {
    for (const thread of this.#node.threads()) thread.hang(false)
  }

  #pick(): SimThread | undefined {
    const threads = this.#node.threads()
    return threads[this.#below(threads.length)]
  }
}
