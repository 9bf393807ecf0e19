/**
 * Who is registered: by node id, by name, in the order of their ids, and by when they expire. A name belongs to the
 * key that came first, for as long as its descriptor lives. It decides and keeps; it knows no journal and no clock.
 */

import { Heap, type HeapNode } from '@ron/kernel/tables/heap'
import { isSame, when, type Entry, type No } from './entry.ts'

export interface Room {
  readonly entriesMax: number
  readonly bytesMax: number
}

export type Outcome = 'created' | 'replaced' | 'unchanged'

interface Kept {
  readonly entry: Entry
  readonly expiry: HeapNode<Entry>
}

export class Directory {
  readonly #room: Room
  readonly #byNode = new Map<string, Kept>()
  readonly #byName = new Map<string, string>()
  /** Node ids in order, for pages. */
  readonly #nodes: string[] = []
  readonly #expiries = new Heap<Entry>(({ descriptor }) => descriptor.expires_ms)
  #bytes = 0

  constructor(room: Room) {
    this.#room = room
  }

  get size(): number {
    return this.#byNode.size
  }

  /** What `put` would come to. Changes nothing. */
  weigh(entry: Entry): Outcome | No {
    const { node, name, descriptor } = entry
    const before = this.#byNode.get(node)?.entry
    if (before !== undefined && isSame(before, entry)) return 'unchanged'
    if (before !== undefined && descriptor.seq <= before.descriptor.seq)
      return {
        refused: 'Conflict',
        rule: 'descriptor.seq',
        because: `its sequence number ${descriptor.seq} is not above ${before.descriptor.seq}, which is registered`,
        fix: 'sign one with a greater sequence number',
      }
    const holder = this.byName(name)
    if (holder !== null && holder.node !== node)
      return {
        refused: 'Conflict',
        rule: 'descriptor.name_taken',
        because: `${name} is the name of node ${holder.node} until ${when(holder.descriptor.expires_ms)}`,
        fix: 'take another name',
      }
    return this.#full(entry, before) ?? (before === undefined ? 'created' : 'replaced')
  }

  /** Keeps it in place of what its key had registered before. */
  put(entry: Entry): void {
    this.remove(entry.node)
    this.#byNode.set(entry.node, { entry, expiry: this.#expiries.push(entry) })
    this.#byName.set(entry.name, entry.node)
    this.#nodes.splice(this.#placeOf(entry.node), 0, entry.node)
    this.#bytes += entry.bytes
  }

  /** One that is not there is fine. */
  remove(node: string): void {
    const kept = this.#byNode.get(node)
    if (kept === undefined) return
    this.#byNode.delete(node)
    this.#byName.delete(kept.entry.name)
    this.#nodes.splice(this.#placeOf(node), 1)
    this.#expiries.remove(kept.expiry)
    this.#bytes -= kept.entry.bytes
  }

  /** Lets go of those whose time is over; what it costs is theirs alone. */
  expire(nowMs: number): void {
    for (;;) {
      const first = this.#expiries.peek()
      if (first === undefined || first.descriptor.expires_ms > nowMs) return
      this.remove(first.node)
    }
  }

  byNode(node: string): Entry | null {
    return this.#byNode.get(node)?.entry ?? null
  }

  /** `name` in its normal form. */
  byName(name: string): Entry | null {
    const node = this.#byName.get(name)
    return node === undefined ? null : this.byNode(node)
  }

  /** Those whose ids come after this one, in order, at most so many. */
  page(after: string, limit: number): readonly Entry[] {
    const at = this.#placeOf(after)
    const start = this.#nodes[at] === after ? at + 1 : at
    return this.#nodes.slice(start, start + limit).flatMap((node) => this.byNode(node) ?? [])
  }

  *all(): Generator<Entry> {
    for (const { entry } of this.#byNode.values()) yield entry
  }

  #full(entry: Entry, before: Entry | undefined): No | null {
    const { entriesMax, bytesMax } = this.#room
    const fix = 'wait until others expire, or raise the limit'
    if (before === undefined && this.size >= entriesMax)
      return { refused: 'Full', rule: 'registry.entries_max', because: `${entriesMax} are registered`, fix }
    const bytes = this.#bytes - (before?.bytes ?? 0) + entry.bytes
    if (bytes <= bytesMax) return null
    const because = `what is registered would have ${bytes} bytes, the limit is ${bytesMax}`
    return { refused: 'Full', rule: 'registry.bytes_max', because, fix }
  }

  /** The first place whose id is not below this one. */
  #placeOf(node: string): number {
    let [low, high] = [0, this.#nodes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#nodes[middle] ?? '') < node) low = middle + 1
      else high = middle
    }
    return low
  }
}
