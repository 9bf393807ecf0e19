/** A thread that writes a journal: the stores it makes now, one by one, and what it will do after them. */

import type { Books, JournalEvent, journalSteps, Side } from '@ron/kernel/arena/journal-steps'
import { partsOf, zero, type Write } from './journal-memory.ts'

export interface Task {
  readonly event: JournalEvent
  readonly value: number
}

export interface Writer {
  readonly books: Books
  /** What is still to be done after the one being done. */
  readonly tasks: readonly Task[]
  readonly doing: Task | null
  readonly writes: readonly Write[]
  /** The books once `writes` are done. */
  readonly next: Books
}

/** One that has nothing to do. */
export function writerOf(books: Books): Writer {
  return { books, tasks: [], doing: null, writes: [], next: books }
}

/** Takes up the first of these tasks; those that need no store are done at once. */
export function begun<Who extends Writer>(
  steps: typeof journalSteps,
  writer: Who,
  [task, ...tasks]: readonly Task[],
): Who {
  const rested = { ...writer, tasks: [], doing: null, writes: [] }
  if (task === undefined) return rested
  const result = steps(writer.books, task.event)
  if (result === null) return rested
  const [next, stores] = result
  const writes = stores.flatMap((store) => partsOf(store, task.value))
  if (writes.length === 0) return begun(steps, { ...writer, books: next, next }, tasks)
  return { ...writer, tasks, doing: task, writes, next }
}

/** What a compaction comes to: these values in the half that is not live, and then that half is. */
export function snapshot(side: Side, values: readonly number[]): readonly Task[] {
  return [
    ...values.map((value) => ({ event: append(side, 0), value })),
    { event: { kind: 'flip' }, value: zero },
  ]
}

/** Every record takes one cell. */
export function append(side: Side, spare: number): Extract<JournalEvent, { kind: 'append' }> {
  return { kind: 'append', side, bytes: 1, spare }
}

/** Whether it stands between two tasks, or has none. */
export function isIdle(writer: Writer | null): boolean {
  return writer !== null && writer.writes.length === 0
}
