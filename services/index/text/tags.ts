/** The documents that have a tag, for each tag: a list of postings that say nothing but that it is there. */

import { Names } from './names.ts'
import type { PostingLists } from './posting-lists.ts'

export class Tags {
  readonly #lists: PostingLists
  /** By list. */
  readonly #tags: (string | undefined)[] = []
  readonly #names: Names

  /** `seed` as `Names` takes it. */
  constructor(lists: PostingLists, seed: number) {
    this.#lists = lists
    this.#names = new Names(seed, (list) => this.#tags[list] ?? '')
  }

  get size(): number {
    return this.#names.size
  }

  list(tag: string): number | undefined {
    return this.#names.find(tag)
  }

  /** Says that a document has a tag. */
  add(tag: string, slot: number): void {
    const list = this.#names.find(tag)
    if (list !== undefined) return this.#lists.add(list, slot, 1, 1)
    const added = this.#lists.begin(0, slot, 1, 1)
    this.#tags[added] = tag
    this.#names.add(tag, added)
  }

  /** Takes back what `add` said; the tag goes with its last document. */
  drop(tag: string, slot: number): void {
    const list = this.#names.find(tag)
    if (list === undefined || this.#lists.remove(list, slot) === 'some left') return
    this.#names.delete(tag)
    this.#tags[list] = undefined
    this.#lists.drop(list)
  }
}
