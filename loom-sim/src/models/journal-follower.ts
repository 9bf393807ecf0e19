/**
 * A thread that follows a journal, load by load. Each word of the header that matters and each cell that it
 * copies is a step of its own, so the owner may make a store between any two of them:
 *
 *     turn, live, end → follow → cell, …, cell → turn, and apply
 *
 * A header that changes while it is read may contradict itself. A follower looks again then, which is as if it
 * had not looked, so the loads that only tell this are left out. What it applies nobody else sees: it needs no
 * step for that.
 */

import type { Side } from '@ron/kernel/arena/journal-steps'
import type { Following, Place } from './journal-following-mutants.ts'
import { cellsOf, zero, type Memory } from './journal-memory.ts'

/** Cells that were copied together, and where the first one lies. */
interface Chunk {
  readonly from: number
  readonly cells: readonly number[]
}

type Doing =
  | { readonly kind: 'pausing' }
  | { readonly kind: 'beginning'; readonly turn: number | null }
  | { readonly kind: 'looking'; readonly turn: number; readonly live: Side | null }
  /** Reading records up to `end`; `copy` is one that is being made, and not looked at yet. */
  | { readonly kind: 'reading'; readonly end: number; readonly copy: Chunk | null }

export interface Follower {
  /** Null until it has found where to begin. */
  readonly place: Place | null
  /** The last copy, which may hold more than was applied. */
  readonly chunk: Chunk
  readonly doing: Doing
}

/** Cells that are copied at once. */
const chunkCells = 2
const nothing: Chunk = { from: 0, cells: [] }
const pausing: Doing = { kind: 'pausing' }

export const newborn: Follower = { place: null, chunk: nothing, doing: { kind: 'beginning', turn: null } }

/** The follower after its next load, of memory as it is at that moment. */
export function followed(machine: Following, memory: Memory, follower: Follower): Follower {
  const { place, doing } = follower
  const { books } = memory
  if (doing.kind === 'beginning') {
    if (doing.turn === null) return { ...follower, doing: { ...doing, turn: books.turn } }
    return { place: machine.place(doing.turn, books.live, place), chunk: nothing, doing: pausing }
  }
  if (place === null || doing.kind === 'pausing')
    return { ...follower, doing: { kind: 'looking', turn: books.turn, live: null } }
  if (doing.kind === 'reading') return read(machine, memory, { ...follower, place }, doing)
  const { turn, live } = doing
  if (live === null) return { ...follower, doing: { ...doing, live: books.live } }
  const { end } = books.halves[live]
  const what = machine.follow({ ...books, turn, live }, place.applied.length, place.turn)
  if (what === 'wait') return { ...follower, doing: pausing }
  if (what === 'begin anew') return { ...follower, doing: { kind: 'beginning', turn: null } }
  return { ...follower, doing: { kind: 'reading', end, copy: null } }
}

/** What a follower has applied and found when, as the owner, it has read the rest of what the memory holds. */
export function finished(machine: Following, memory: Memory, { place, chunk }: Follower) {
  const { books } = memory
  const goesOn = place !== null && machine.goesOn(books, place.turn)
  const from = goesOn ? place : machine.place(books.turn, books.live, place)
  const copied = goesOn ? chunk : nothing
  const half = books.halves[books.live]
  const applied = [...from.applied]
  for (;;) {
    const at = applied.length
    const cell = copied.cells[at - copied.from] ?? cellsOf(memory.cells, from.side)[at] ?? zero
    const verdict = machine.judge(half, at, at < half.end && cell > zero)
    if (verdict !== 'record' || at >= books.capacity) return { verdict, at, applied }
    applied.push(cell)
  }
}

/** Whether it has applied every record there is, and reads under the turn that stands. */
export function hasAll({ place, doing }: Follower, { books: { turn, live, halves } }: Memory): boolean {
  return place?.turn === turn && place.applied.length === halves[live].end && doing.kind === 'pausing'
}

/** Whether it has copied more than it has applied: between any two records it may pause. */
export function mayPause({ place, chunk, doing }: Follower): boolean {
  return (
    doing.kind === 'reading' && doing.copy === null && place !== null && isIn(chunk, place.applied.length)
  )
}

function read(
  machine: Following,
  memory: Memory,
  follower: Follower & { readonly place: Place },
  doing: Extract<Doing, { kind: 'reading' }>,
): Follower {
  const { place, chunk } = follower
  const at = place.applied.length
  if (doing.copy === null && isIn(chunk, at)) return applied(follower, doing.end)
  const copy = doing.copy ?? { from: at, cells: [] }
  const next = copy.from + copy.cells.length
  if (next < Math.min(doing.end, copy.from + chunkCells)) {
    const cells = [...copy.cells, cellsOf(memory.cells, place.side)[next] ?? zero]
    return { ...follower, doing: { ...doing, copy: { ...copy, cells } } }
  }
  const copied = { ...follower, chunk: copy }
  return machine.isIntact(memory.books.turn, place.turn)
    ? applied(copied, doing.end)
    : { ...copied, doing: pausing }
}

/** Applies the record it has come to, when a whole one was copied. */
function applied({ place, chunk }: Follower & { readonly place: Place }, end: number): Follower {
  const cell = chunk.cells[place.applied.length - chunk.from] ?? zero
  if (cell <= zero) return { place, chunk, doing: pausing }
  const next = { ...place, applied: [...place.applied, cell] }
  const more = next.applied.length < end
  return { place: next, chunk, doing: more ? { kind: 'reading', end, copy: null } : pausing }
}

function isIn({ from, cells }: Chunk, at: number): boolean {
  return from <= at && at < from + cells.length
}
