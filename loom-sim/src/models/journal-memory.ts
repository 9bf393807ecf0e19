/**
 * The memory of a journal cell by cell: each holds nothing, a record, or half of one. It takes the stores of
 * `journal-steps.ts` apart where a thread may end inside of them.
 */

import {
  emptyBooks,
  otherSide,
  type Books,
  type Half,
  type JournalStore,
  type Side,
} from '@ron/kernel/arena/journal-steps'

/** Zero, a value, or half of one. */
type Cell = number
export const zero = 0
export const half = -1

/** What is in the memory, whoever runs. */
export interface Memory {
  readonly owner: number
  readonly books: Books
  readonly cells: readonly [readonly Cell[], readonly Cell[]]
}

/** As the kernel reserves it: so many cells in each half, and no record. */
export function emptyMemory(capacity: number): Memory {
  const cells = Array.from({ length: capacity }, () => zero)
  return { owner: 0, books: emptyBooks(capacity), cells: [cells, cells] }
}

/** One store, or one part of one that may be cut in two. */
export type Write =
  JournalStore | { readonly kind: 'cell'; readonly side: Side; readonly at: number; readonly cell: Cell }

/** A record and an erasure take more than one store, and a thread may end inside of them. */
export function partsOf(store: JournalStore, value: number): readonly Write[] {
  if (store.kind === 'record') {
    const { side, at } = store
    return [half, value].map((cell) => ({ kind: 'cell', side, at, cell }))
  }
  if (store.kind !== 'erase') return [store]
  const { side, from, to } = store
  return Array.from({ length: to - from }, (_, n) => ({ kind: 'cell', side, at: from + n, cell: zero }))
}

export function written(memory: Memory, write: Write): Memory {
  switch (write.kind) {
    case 'cell':
      return withCell(memory, write.side, write.at, write.cell)
    case 'live':
      return { ...memory, books: { ...memory.books, live: write.side } }
    case 'turn':
    case 'adopted':
      return { ...memory, books: { ...memory.books, [write.kind]: write.turn } }
    case 'reach':
    case 'last':
    case 'end':
      return withHalf(memory, write.side, { [write.kind]: write.at })
    case 'record':
    case 'erase':
      throw new Error(`a ${write.kind} is written in parts`)
  }
}

function withHalf(memory: Memory, side: Side, change: Partial<Half>): Memory {
  const [first, second] = memory.books.halves
  const halves =
    side === 0 ? ([{ ...first, ...change }, second] as const) : ([first, { ...second, ...change }] as const)
  return { ...memory, books: { ...memory.books, halves } }
}

export function withCell(memory: Memory, side: Side, at: number, cell: Cell): Memory {
  const changed = cellsOf(memory.cells, side).slice()
  changed[at] = cell
  return { ...memory, cells: side === 0 ? [changed, memory.cells[1]] : [memory.cells[0], changed] }
}

export function cellsOf(cells: Memory['cells'], side: number): readonly Cell[] {
  return side === 0 ? cells[0] : cells[1]
}

export function counted({ books, cells }: Memory): readonly Cell[] {
  return cellsOf(cells, books.live).slice(0, books.halves[books.live].end)
}

export function isTidy({ live, halves }: Books): boolean {
  return halves[live].reach === halves[live].end && halves[otherSide(live)].reach === 0
}
