/**
 * The clients of the simulated node, and what they may rely on: a call ends once, an id that was acknowledged is
 * there ever after, one that nobody sent never is, and the events of a subscription come without a gap.
 */

import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { Random } from '@ron/kernel/ports/random'
import type { SimNode } from './node.ts'

const caller: Caller = { subject: 'client', tenant: '0'.repeat(32), traceId: '0'.repeat(32) }
const openMax = 24
const watchersMax = 2
const consumeMsMax = 30

export class Clients {
  readonly #node: SimNode
  readonly #random: Random
  readonly #broken: (law: string) => void
  readonly #sent = new Set<number>()
  readonly #acknowledged = new Set<number>()
  readonly #open = new Map<number, AbortController>()
  #watchers = 0
  #calls = 0
  #nextId = 1

  /** `broken` is told each time a law does not hold. */
  constructor(node: SimNode, random: Random, broken: (law: string) => void) {
    this.#node = node
    this.#random = random
    this.#broken = broken
  }

  get open(): number {
    return this.#open.size
  }

  get calls(): number {
    return this.#calls
  }

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  /** Asks for something, unless enough is open already. Says what. */
  ask(): string {
    if (this.#open.size >= openMax) return 'has enough open'
    const kind = this.#below(10)
    if (kind < 3) return this.#write('ledger', 'put')
    if (kind < 6) return this.#write('desk', 'place')
    if (kind < 8) return this.#look()
    if (kind < 9) return this.readAll()
    return this.#watchers < watchersMax ? this.#watch() : this.#look()
  }

  /** Gives up one of the open calls. Says which. */
  giveUp(): string {
    const open = [...this.#open]
    const [call, abort] = open[this.#below(open.length)] ?? []
    abort?.abort()
    return `gives up ${call ?? 'nothing'}`
  }

  /** Everything still open is given up. */
  leave(): void {
    for (const abort of [...this.#open.values()]) abort.abort()
  }

  /** Reads all ids: none that was acknowledged by now may be missing, and none made up. */
  readAll(): string {
    const expected = [...this.#acknowledged]
    this.#call('ledger', 'all', {}, ({ fields }) => {
      const ids: unknown = fields['ids']
      const found = new Set(Array.isArray(ids) ? ids.map(Number) : [])
      for (const id of expected) if (!found.has(id)) this.#broken(`acknowledged ${id} is lost`)
      for (const id of found) if (!this.#sent.has(id)) this.#broken(`${id} was never sent`)
    })
    return 'reads all'
  }

  #write(service: string, operation: string): string {
    const id = this.#nextId++
    this.#sent.add(id)
    this.#call(service, operation, { id }, () => this.#acknowledged.add(id))
    return `${operation} ${id}`
  }

  #look(): string {
    const known = [...this.#acknowledged]
    const id = known[this.#below(known.length)]
    if (id === undefined) return 'knows of nothing to look for'
    this.#call('ledger', 'has', { id }, ({ fields }) => {
      if (fields['known'] !== true) this.#broken(`acknowledged ${id} is not found`)
    })
    return `looks for ${id}`
  }

  #watch(): string {
    let expected = 0
    this.#watchers++
    const onEvent = (fields: Fields) => {
      if (fields['n'] !== expected) this.#broken(`event ${String(fields['n'])} came, not ${expected}`)
      expected++
      const ms = this.#below(consumeMsMax)
      return new Promise<void>((resolve) => this.#node.clock.after(ms, resolve))
    }
    this.#call('ledger', 'watch', {}, () => this.#broken('a watch was answered'), onEvent)
    return 'watches'
  }

  #call(
    service: string,
    operation: string,
    fields: Fields,
    answered: (answer: Answer) => void,
    onEvent?: (fields: Fields) => Promise<void>,
  ): void {
    const call = ++this.#calls
    const abort = new AbortController()
    this.#open.set(call, abort)
    const options = { caller, signal: abort.signal, ...(onEvent === undefined ? {} : { onEvent }) }
    const ended = () => {
      if (!this.#open.delete(call)) this.#broken(`call ${call} ended twice`)
      if (onEvent !== undefined) this.#watchers--
    }
    this.#node.services.call(service, operation, fields, null, options).then(
      (answer) => {
        ended()
        answered(answer)
      },
      (thrown: unknown) => {
        ended()
        if (!(thrown instanceof Refusal) || thrown.code === 'Fault')
          this.#broken(`${operation}: ${String(thrown)}`)
      },
    )
  }

  #below(count: number): number {
    return Math.floor(this.#random.fraction() * count)
  }
}
