/**
 * Takes items out of a list in order without sorting all of it: arranging costs O(n), each item taken
 * O(log n). The callers want the first few of very many.
 *
 *          0
 *        /   \        the parent of i is (i - 1) >> 1,
 *       1     2       its children are 2i + 1 and 2i + 2;
 *      / \   /        nothing comes before its parent
 *     3   4 5
 */
export class Heap<Item> {
  readonly #items: Item[]
  readonly #before: (a: Item, b: Item) => boolean

  /** Takes over `items`. `before` is a strict order: it must not hold both ways. */
  constructor(items: Item[], before: (a: Item, b: Item) => boolean) {
    this.#items = items
    this.#before = before
    for (let i = (items.length >> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  get size(): number {
    return this.#items.length
  }

  /** Removes and returns the first item, or undefined when none is left. */
  pop(): Item | undefined {
    const first = this.#items[0]
    const last = this.#items.pop()
    if (last !== undefined && this.#items.length > 0) {
      this.#items[0] = last
      this.#sink(0)
    }
    return first
  }

  /** Removes and returns up to `count` items, first to last. */
  take(count: number): Item[] {
    const taken: Item[] = []
    while (taken.length < count) {
      const item = this.pop()
      if (item === undefined) break
      taken.push(item)
    }
    return taken
  }

  #sink(from: number): void {
    const items = this.#items
    const item = items[from]
    if (item === undefined) return
    let hole = from
    for (;;) {
      const child = this.#firstChild(hole)
      const below = items[child]
      if (below === undefined || !this.#before(below, item)) break
      items[hole] = below
      hole = child
    }
    items[hole] = item
  }

  #firstChild(parent: number): number {
    const left = 2 * parent + 1
    const [a, b] = [this.#items[left], this.#items[left + 1]]
    return a !== undefined && b !== undefined && this.#before(b, a) ? left + 1 : left
  }
}
