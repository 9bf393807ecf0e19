/**
 * A journal whose owner has a follower make the snapshot while it goes on, takes it over, or takes it back; and a
 * new follower, or the same thread as the owner, finds what another one left. Every record takes one cell, and the
 * service holds the last value it was given, so that is what a snapshot copies.
 */

import { otherSide } from '@ron/kernel/arena/journal-steps'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'
import { acted, copierStep, moved, newCopier, paused, type Copier, type Shared } from './journal-copier.ts'
import { mutants, real, type Copying } from './journal-copying-mutants.ts'
import { cellsOf, counted, emptyMemory, written, zero, type Write } from './journal-memory.ts'
import { append, begun, isIdle, snapshot, writerOf, type Task, type Writer } from './journal-writer.ts'

interface Owner extends Writer {
  readonly number: number
  /** The records of the live half, as this thread knows them. */
  readonly records: readonly number[]
}

interface World extends Shared {
  readonly owner: Owner | null
  readonly copier: Copier | null
  readonly followers: number
  readonly given: number
  readonly crashes: number
  readonly acknowledged: number
  /** Both wrote to the half that does not count. */
  readonly clash: boolean
}

type OwnerActs = 'store' | 'append' | 'compact' | 'aside'
type Happening = OwnerActs | 'crash' | 'spare lost' | 'birth' | 'follow' | 'pause' | 'take over'

export const journalCopyingSubject = subject({
  name: 'journal-copying',
  machine: real,
  model: copyingModel,
  mutants,
})

function copyingModel(machine: Copying, scale: Scale): Model<World, Happening> {
  const capacity = 4
  const givenMax = scale === 'deep' ? 4 : 3
  const crashesMax = scale === 'deep' ? 2 : 1
  const memory = emptyMemory(capacity)
  return {
    initial: {
      memory,
      copy: { kind: 'none' },
      covers: 0,
      owner: { ...writerOf(memory.books), number: 0, records: [] },
      copier: null,
      followers: 0,
      given: 0,
      crashes: 0,
      acknowledged: 0,
      clash: false,
    },
    events,
    step,
    laws: {
      'an owner at rest holds what counts': ({ memory, owner }) =>
        !isAtRest(owner) || same(owner.records, counted(memory)),
      'the record acknowledged last is there': ({ memory, acknowledged }) =>
        (counted(memory).at(-1) ?? 0) === acknowledged,
      'what a follower applied is what counts under its turn': ({ memory, copier }) =>
        copier === null ||
        copier.turn !== memory.books.turn ||
        copier.applied.every((value, at) => value === counted(memory)[at]),
      'never do two write to the half that does not count': ({ clash }) => !clash,
      'what counts is whole': ({ memory }) => counted(memory).every((cell) => cell > zero),
      'every byte that may differ from zero is below the reach': ({ memory: { books, cells } }) =>
        books.halves.every(({ reach }, side) =>
          cellsOf(cells, side)
            .slice(reach)
            .every((cell) => cell === zero),
        ),
    },
    settled: ({ owner, given, copier, memory }) =>
      isAtRest(owner) &&
      given === givenMax &&
      copier !== null &&
      copier.turn === memory.books.turn &&
      copier.applied.length === counted(memory).length,
  }

  function events(world: World): readonly Happening[] {
    const { owner, copier, given, crashes } = world
    const may: Happening[] = []
    if (owner !== null && !isAtRest(owner)) may.push('store')
    if (isAtRest(owner)) {
      const { live, halves } = owner.books
      if (given < givenMax && machine.steps(owner.books, append(live, 0)) !== null) may.push('append')
      if (halves[live].end > 1) may.push('compact', 'aside')
    }
    if (crashes < crashesMax) {
      if (owner !== null) may.push('crash')
      if (copier !== null && owner !== null) may.push('spare lost')
    }
    if (copier === null) return [...may, 'birth']
    may.push('follow')
    if (copier.holds && isIdle(copier.writer)) may.push('pause')
    if (owner === null && !copier.holds && isIdle(copier.writer)) may.push('take over')
    return may
  }

  function step(world: World, event: Happening): World {
    const { owner, copier, crashes } = world
    switch (event) {
      case 'crash':
        return { ...world, owner: null, crashes: crashes + 1 }
      case 'spare lost':
        return { ...world, copier: null, crashes: crashes + 1 }
      case 'birth': {
        const followers = world.followers + 1
        return { ...world, followers, copier: newCopier(followers, world.memory) }
      }
      case 'follow':
      case 'pause': {
        if (copier === null) return world
        const both = { shared: sharedOf(world), copier }
        const after = event === 'pause' ? paused(machine, both) : copierStep(machine, both)
        return { ...clashing(world, copier.writer.writes[0]), ...after.shared, copier: after.copier }
      }
      case 'take over':
        return copier === null ? world : takenOver(world, copier)
      case 'store':
      case 'append':
      case 'compact':
      case 'aside':
        return owner === null ? world : acts(world, owner, event)
    }
  }

  function acts(world: World, owner: Owner, event: OwnerActs): World {
    const { live, halves } = owner.books
    const begins = (tasks: readonly Task[], from: Owner = owner) => ({
      ...world,
      owner: begun(machine.steps, from, tasks),
    })
    switch (event) {
      case 'store':
        return stored(world, owner)
      case 'append': {
        const value = world.given + 1
        const wipe =
          halves[otherSide(live)].reach > 0
            ? [{ event: { kind: 'wipe', bytes: 1 }, value: zero } as const]
            : []
        return { ...begins([{ event: append(live, 0), value }, ...wipe]), given: value }
      }
      case 'compact':
        return takenBack(world, owner, snapshot(otherSide(live), owner.records.slice(-1)))
      case 'aside':
        return aside(world, owner)
    }
  }

  function aside(world: World, owner: Owner): World {
    const { live, halves } = owner.books
    switch (world.copy.kind) {
      case 'none':
      case 'wished': {
        const after = halves[otherSide(live)].reach > 0 ? null : acted(machine, world, { kind: 'wish' })
        return { ...world, ...after }
      }
      case 'writing':
      case 'between':
        return world
      case 'failed':
        return takenBack(world, owner, [])
      case 'ready':
        return adopted(world, owner)
    }
  }

  /** The half that does not count is the owner's again, and empty; then come these tasks. */
  function takenBack(world: World, owner: Owner, tasks: readonly Task[]): World {
    const after = acted(machine, world, { kind: 'take', by: owner.number })
    if (after === null) return world
    const clear: Task = { event: { kind: 'clear' }, value: zero }
    const sees = { ...owner, books: world.memory.books }
    return { ...world, ...after, owner: begun(machine.steps, sees, [clear, ...tasks]) }
  }

  function adopted(world: World, owner: Owner): World {
    const { books } = world.memory
    const rest = machine.rest(owner.records, world.covers)
    const side = otherSide(books.live)
    if (books.halves[side].end + rest.length > capacity) return takenBack(world, owner, [])
    const tasks: readonly Task[] = [
      ...rest.map((value) => ({ event: append(side, 0), value })),
      { event: { kind: 'adopt' }, value: zero },
    ]
    return { ...world, owner: begun(machine.steps, { ...owner, books }, tasks) }
  }

  function stored(world: World, owner: Owner): World {
    const [write, ...writes] = owner.writes
    if (write === undefined) return { ...world, owner: begun(machine.steps, owner, owner.tasks) }
    const after = {
      ...clashing(world, world.copier?.holds ? write : undefined),
      memory: written(world.memory, write),
    }
    if (writes.length > 0) return { ...after, owner: { ...owner, writes } }
    return done(after, owner)
  }

  function done(world: World, owner: Owner): World {
    const { doing, next, records } = owner
    const rested: Owner = { ...owner, books: next, doing: null, writes: [] }
    if (doing?.event.kind === 'flip') return { ...world, owner: { ...rested, records: records.slice(-1) } }
    if (doing?.event.kind === 'adopt') {
      const held = { ...rested, records: counted(world.memory) }
      return { ...world, ...acted(machine, world, { kind: 'adopt' }), owner: held }
    }
    if (doing?.event.kind !== 'append' || doing.event.side !== owner.books.live)
      return { ...world, owner: rested }
    const { value } = doing
    return { ...world, owner: { ...rested, records: [...records, value] }, acknowledged: value }
  }

  function takenOver(world: World, copier: Copier): World {
    const after = acted(machine, world, { kind: 'take', by: copier.number })
    if (after === null) return world
    const { books } = world.memory
    const stands = books.turn === copier.turn && books.turn % 2 === 0
    const { applied } = stands ? copier : moved(machine, copier, books)
    const records = [...applied, ...counted(world.memory).slice(applied.length)]
    const owner: Owner = { ...writerOf(books), number: copier.number, records }
    const recover: Task = { event: { kind: 'recover', at: books.halves[books.live].end }, value: zero }
    return { ...world, ...after, copier: null, owner: begun(machine.steps, owner, [recover]) }
  }
}

function sharedOf({ memory, copy, covers }: World): Shared {
  return { memory, copy, covers }
}

/** Whether a write goes to the half that does not count while the other thread writes there. */
function clashing(world: World, write: Write | undefined): World {
  if (write === undefined || !('side' in write)) return world
  const { owner, copier, memory } = world
  const other = otherSide(memory.books.live)
  const owns = owner?.writes.some((mine) => 'side' in mine && mine.side === other) ?? false
  return { ...world, clash: world.clash || (write.side === other && owns && copier?.holds === true) }
}

/** Whether it has nothing to do but what it will be asked. */
function isAtRest(owner: Owner | null): owner is Owner {
  return owner !== null && isIdle(owner) && owner.tasks.length === 0
}

function same(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((value, at) => value === others[at])
}
