/**
 * A thread that follows a journal and makes a copy for its owner. Words that it moves and stores that it makes are
 * steps of their own; that it reads whole records, and no torn header, is what `journal-following.ts` is about.
 */

import type { Copy, CopyAct } from '@ron/kernel/arena/journal-copy'
import { follow, otherSide, type Books } from '@ron/kernel/arena/journal-steps'
import type { Copying } from './journal-copying-mutants.ts'
import { counted, written, zero, type Memory } from './journal-memory.ts'
import { append, begun, isIdle, writerOf, type Task, type Writer } from './journal-writer.ts'

/** What all threads see. */
export interface Shared {
  readonly memory: Memory
  readonly copy: Copy
  readonly covers: number
}

type Phase =
  /** It has looked, found that it has all there is, and will see whether a copy is wished for. */
  | { readonly kind: 'idle' | 'looked' | 'beginning' }
  | { readonly kind: 'snapshot'; readonly left: readonly number[]; readonly under: number }
  | { readonly kind: 'rest' | 'finishing'; readonly under: number }
  | { readonly kind: 'finished'; readonly under: number; readonly covers: number }

export interface Copier {
  readonly number: number
  readonly turn: number
  /** Values of the records it has applied, which stand for its projection: the service holds the last. */
  readonly applied: readonly number[]
  readonly phase: Phase
  /** Values in the copy it makes, or has made. */
  readonly copied: readonly number[]
  readonly writer: Writer
  /** Whether it is in a turn of its event loop in which it writes. */
  readonly holds: boolean
}

export interface Both {
  readonly shared: Shared
  readonly copier: Copier
}

export function newCopier(number: number, { books }: Memory): Copier {
  const fresh = { applied: [], copied: [], phase: { kind: 'idle' }, holds: false } as const
  return { ...fresh, number, turn: books.turn, writer: writerOf(books) }
}

/** The copier after its next step; the same two when it has nothing to do. */
export function copierStep(machine: Copying, both: Both): Both {
  const { shared, copier } = both
  if (!isIdle(copier.writer)) return stored(machine, both)
  if (copier.holds) return held(machine, both)
  const { books } = shared.memory
  const { phase } = copier
  if (phase.kind === 'looked') return taken(machine, both)
  if (phase.kind === 'snapshot' && books.turn === copier.turn) return resumed(machine, both)
  const what = follow(books, copier.applied.length, copier.turn)
  if (what === 'begin anew') return { shared, copier: moved(machine, copier, books) }
  if (what === 'read') return phase.kind === 'rest' ? resumed(machine, both) : applied(machine, both)
  if (books.turn !== copier.turn) return both
  if (phase.kind === 'rest') return resumed(machine, both)
  return machine.copy(shared.copy, { kind: 'begin', by: copier.number }) === null
    ? both
    : { shared, copier: { ...copier, phase: { kind: 'looked' } } }
}

/** Lets go of the half; a thread may do that between any two of its writes. */
export function paused(machine: Copying, { shared, copier }: Both): Both {
  const after = acted(machine, shared, { kind: 'pause', by: copier.number })
  const { phase } = copier
  const stays = phase.kind === 'finishing' ? ({ kind: 'rest', under: phase.under } as const) : phase
  return { shared: after ?? shared, copier: { ...copier, phase: stays, holds: false } }
}

/** Where one goes on whose turn has gone: in its own copy, or at the beginning with nothing. */
export function moved(machine: Copying, copier: Copier, books: Books): Copier {
  const { phase, copied } = copier
  if (phase.kind === 'finished' && machine.crosses(books, phase.under))
    return { ...copier, turn: books.turn, applied: [...copied, ...copier.applied.slice(phase.covers)] }
  return { ...newCopier(copier.number, { owner: 0, books, cells: [[], []] }) }
}

export function acted(machine: Copying, shared: Shared, act: CopyAct): Shared | null {
  const copy = machine.copy(shared.copy, act)
  return copy === null ? null : { ...shared, copy }
}

function stored(machine: Copying, { shared, copier }: Both): Both {
  const [write, ...writes] = copier.writer.writes
  if (write === undefined) return { shared, copier }
  const memory = written(shared.memory, write)
  const { next } = copier.writer
  const writer =
    writes.length > 0
      ? { ...copier.writer, writes }
      : begun(machine.steps, { ...copier.writer, books: next, writes }, copier.writer.tasks)
  return { shared: { ...shared, memory }, copier: { ...copier, writer } }
}

/** Takes up the wish, should it still be there. */
function taken(machine: Copying, { shared, copier }: Both): Both {
  const after = acted(machine, shared, { kind: 'begin', by: copier.number })
  return after === null
    ? { shared, copier: { ...copier, phase: { kind: 'idle' } } }
    : { shared: after, copier: { ...copier, phase: { kind: 'beginning' }, holds: true } }
}

function resumed(machine: Copying, { shared, copier }: Both): Both {
  const after = acted(machine, shared, { kind: 'resume', by: copier.number })
  return after === null
    ? { shared, copier: { ...copier, phase: { kind: 'idle' } } }
    : { shared: after, copier: { ...copier, holds: true } }
}

function held(machine: Copying, both: Both): Both {
  const { shared, copier } = both
  const { books } = shared.memory
  const { phase, number } = copier
  switch (phase.kind) {
    case 'idle':
    case 'looked':
    case 'finished':
      return paused(machine, both)
    case 'beginning': {
      if (machine.looksAgain && books.turn !== copier.turn)
        return { shared, copier: { ...copier, phase: { kind: 'idle' } } }
      const left = copier.applied.slice(-1)
      const cleared = machine.clears ? [{ event: { kind: 'clear' }, value: zero } as const] : []
      const writer = begun(machine.steps, writerOf(books), cleared)
      return {
        shared,
        copier: { ...copier, writer, copied: [], phase: { kind: 'snapshot', left, under: copier.turn } },
      }
    }
    case 'snapshot': {
      const [value, ...left] = phase.left
      if (value === undefined)
        return { shared, copier: { ...copier, phase: { kind: 'rest', under: phase.under } } }
      return appended(machine, both, value, { ...phase, left })
    }
    case 'rest': {
      if (follow(books, copier.applied.length, copier.turn) === 'read') return applied(machine, both)
      return { shared, copier: { ...copier, phase: { kind: 'finishing', under: phase.under } } }
    }
    case 'finishing': {
      const covers = machine.covers(copier.applied.length, books)
      const after = acted(machine, { ...shared, covers }, { kind: 'finish', by: number })
      const done: Phase = after === null ? { kind: 'idle' } : { kind: 'finished', under: phase.under, covers }
      return { shared: after ?? shared, copier: { ...copier, phase: done, holds: false } }
    }
  }
}

/** Applies the record it has come to, and puts it behind the snapshot when there is one. */
function applied(machine: Copying, { shared, copier }: Both): Both {
  const value = counted(shared.memory)[copier.applied.length] ?? zero
  const after = { ...copier, applied: [...copier.applied, value] }
  if (copier.phase.kind !== 'rest' || !machine.adds) return { shared, copier: after }
  return appended(machine, { shared, copier: after }, value, copier.phase)
}

function appended(machine: Copying, { shared, copier }: Both, value: number, phase: Phase): Both {
  const task: Task = { event: append(otherSide(copier.writer.books.live), 0), value }
  if (machine.steps(copier.writer.books, task.event) === null) {
    const after = acted(machine, shared, { kind: 'fail', by: copier.number })
    return { shared: after ?? shared, copier: { ...copier, phase: { kind: 'idle' }, holds: false } }
  }
  const writer = begun(machine.steps, copier.writer, [task])
  return { shared, copier: { ...copier, writer, phase, copied: [...copier.copied, value] } }
}
