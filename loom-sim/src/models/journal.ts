/**
 * A journal in shared memory, store by store. Its thread may end between any two stores and inside the writing
 * of a record, or be given up and wake again later; a byte may change while nobody looks. Every record takes
 * one cell, and the service holds the last two values it was given, so that is what a snapshot copies.
 */

import { otherSide } from '@ron/kernel/arena/journal-steps'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'
import {
  cellsOf,
  counted,
  emptyMemory,
  half,
  isTidy,
  withCell,
  written,
  zero,
  type Memory,
} from './journal-memory.ts'
import { mutants, real, type Machine } from './journal-mutants.ts'
import { append, begun, isIdle, snapshot, writerOf, type Writer } from './journal-writer.ts'

interface Keeper extends Writer {
  readonly owner: number
  readonly held: readonly number[]
}

interface World {
  readonly memory: Memory
  readonly thread: Keeper | null
  /** A thread that was given up between two writes, and does not know it. */
  readonly givenUp: Keeper | null
  readonly given: number
  readonly crashes: number
  /** Values in the order in which they were acknowledged. */
  readonly acknowledged: readonly number[]
  readonly damage: 'none' | 'of the last record' | 'of an earlier one'
  /** A replay ended with an error. */
  readonly refused: boolean
  readonly lateWrite: boolean
  readonly spareTaken: boolean
}

type Happening =
  | 'store'
  | 'append'
  | 'release'
  | 'compact'
  | 'snapshot fails'
  | 'crash'
  | 'give up'
  | 'wake'
  | 'lend'
  | { readonly kind: 'damage'; readonly at: number }

export const journalSubject = subject({
  name: 'journal',
  machine: real,
  model: journalModel,
  mutants,
})

function journalModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const capacity = 4
  const givenMax = scale === 'deep' ? 7 : 5
  const crashesMax = scale === 'deep' ? 3 : 2
  const memory = emptyMemory(capacity)
  return {
    initial: lent({
      memory,
      thread: null,
      givenUp: null,
      given: 0,
      crashes: 0,
      acknowledged: [],
      damage: 'none',
      refused: false,
      lateWrite: false,
      spareTaken: false,
    }),
    events,
    step,
    laws: {
      'whoever replays now finds every acknowledged record, and nothing else': ({
        memory,
        acknowledged,
        damage,
      }) => damage !== 'none' || sameHeld(read(memory).values, acknowledged),
      'once the last record was damaged, all before it is found': ({
        memory,
        acknowledged,
        damage,
        thread,
      }) => damage !== 'of the last record' || thread === null || sameHeld(read(memory).values, acknowledged),
      'what counts is whole': ({ memory, damage, thread }) =>
        (damage !== 'none' && !isIdle(thread)) || counted(memory).every((cell) => cell > zero),
      'every byte that may differ from zero is below the reach': ({ memory: { books, cells } }) =>
        books.halves.every(({ reach }, side) =>
          cellsOf(cells, side)
            .slice(reach)
            .every((cell) => cell === zero),
        ),
      'between two writes nothing lies there that does not count': ({ memory: { books }, thread }) =>
        !isIdle(thread) || thread?.doing !== null || thread.tasks.length > 0 || isTidy(books),
      'a replay that would pass over a damaged record is refused': ({ damage, thread }) =>
        damage !== 'of an earlier one' || thread === null,
      'a replay is refused for damage only': ({ damage, refused }) =>
        !refused || damage === 'of an earlier one',
      'only the owner writes': ({ lateWrite }) => !lateWrite,
      'no half holds more than its capacity': ({ memory: { books } }) =>
        books.halves.every(({ reach }) => reach <= capacity),
      'room that is spared is left': ({ spareTaken }) => !spareTaken,
    },
    settled: ({ thread, given, refused }) => refused || (isIdle(thread) && given === givenMax),
  }

  function events(world: World): readonly Happening[] {
    const { thread, givenUp, given, crashes, damage, refused } = world
    const may: Happening[] = []
    const owns = thread !== null && machine.mayWrite(world.memory.owner, thread.owner)
    const idle = owns && isIdle(thread) && thread.tasks.length === 0
    if (thread !== null && thread.writes.length > 0) may.push('store')
    if (thread !== null && isIdle(thread) && thread.tasks.length > 0) may.push('store', 'snapshot fails')
    if (idle && given < givenMax && fits(thread, 1)) may.push('append')
    if (idle && given < givenMax && fits(thread, 0)) may.push('release')
    if (idle && thread !== null && thread.books.halves[thread.books.live].end > 2) may.push('compact')
    if (thread !== null && crashes < crashesMax) may.push('crash')
    if (idle && givenUp === null && crashes < crashesMax) may.push('give up')
    if (givenUp !== null && given < givenMax) may.push('wake')
    if (thread === null && !refused) may.push('lend')
    if (thread === null && givenUp === null && damage === 'none' && !refused) {
      may.push(...counted(world.memory).map((_, at) => ({ kind: 'damage', at }) as const))
    }
    return may
  }

  function fits(thread: Keeper | null, spare: number): boolean {
    return thread !== null && machine.steps(thread.books, append(thread.books.live, spare)) !== null
  }

  function step(world: World, event: Happening): World {
    const { thread } = world
    if (typeof event !== 'string') return damaged(world, event.at)
    if (event === 'lend') return lent(world)
    if (event === 'wake') return woken(world)
    if (thread === null) return world
    switch (event) {
      case 'store':
        return stored(world, thread)
      case 'append':
      case 'release': {
        const value = world.given + 1
        const task = { event: append(thread.books.live, event === 'append' ? 1 : 0), value }
        return { ...world, given: value, thread: begun(machine.steps, thread, [task]) }
      }
      case 'compact': {
        const side = otherSide(thread.books.live)
        return { ...world, thread: begun(machine.steps, thread, snapshot(side, thread.held)) }
      }
      case 'snapshot fails':
        return { ...world, thread: begun(machine.steps, thread, [{ event: { kind: 'clear' }, value: zero }]) }
      case 'crash':
        return { ...world, thread: null, crashes: world.crashes + 1 }
      case 'give up':
        return { ...world, thread: null, givenUp: thread, crashes: world.crashes + 1 }
    }
  }

  function stored(world: World, thread: Keeper): World {
    const [write, ...writes] = thread.writes
    if (write === undefined) return { ...world, thread: begun(machine.steps, thread, thread.tasks) }
    const after = { ...world, memory: written(world.memory, write), thread: { ...thread, writes } }
    return writes.length > 0 ? after : done(after, thread)
  }

  function done(world: World, thread: Keeper): World {
    const { doing, next } = thread
    const rested: Keeper = { ...thread, books: next, doing: null, writes: [] }
    if (doing?.event.kind !== 'append' || doing.event.side !== thread.books.live)
      return { ...world, thread: rested }
    const { value, event } = doing
    return {
      ...world,
      thread: { ...rested, held: [...thread.held, value].slice(-2) },
      acknowledged: [...world.acknowledged, value].slice(-2),
      spareTaken: next.halves[event.side].end + event.spare > capacity,
    }
  }

  /** A new thread reads the memory, and begins to tidy it up. */
  function lent(world: World): World {
    const memory = { ...world.memory, owner: world.memory.owner + 1 }
    const { verdict, at, values } = read(memory)
    if (verdict === 'damaged') return { ...world, memory, refused: true }
    const thread = { ...writerOf(memory.books), owner: memory.owner, held: values.slice(-2) }
    return {
      ...world,
      memory,
      thread: begun(machine.steps, thread, [{ event: { kind: 'recover', at }, value: zero }]),
    }
  }

  /** The one that was given up wants to go on where it was. */
  function woken(world: World): World {
    const { givenUp, memory } = world
    if (givenUp === null) return world
    const away = { ...world, givenUp: null }
    if (!machine.mayWrite(memory.owner, givenUp.owner)) return away
    const value = world.given + 1
    const writer = begun(machine.steps, givenUp, [{ event: append(givenUp.books.live, 0), value }])
    if (writer.doing === null) return away
    return {
      ...away,
      given: value,
      memory: writer.writes.reduce(written, memory),
      acknowledged: [...world.acknowledged, value].slice(-2),
      lateWrite: memory.owner !== givenUp.owner,
    }
  }

  function damaged(world: World, at: number): World {
    const { memory } = world
    const { live, halves } = memory.books
    const isLast = at === halves[live].last
    return {
      ...world,
      memory: withCell(memory, live, at, half),
      damage: isLast ? 'of the last record' : 'of an earlier one',
      acknowledged: isLast ? counted(memory).slice(0, at).slice(-2) : world.acknowledged,
    }
  }

  function read({ books, cells }: Memory) {
    const { live, halves } = books
    const values: number[] = []
    for (let at = 0; ; at++) {
      const cell = cellsOf(cells, live)[at] ?? zero
      const verdict = machine.judge(halves[live], at, at < halves[live].end && cell > zero)
      if (verdict !== 'record' || at >= capacity) return { verdict, at, values }
      values.push(cell)
    }
  }
}

function sameHeld(values: readonly number[], acknowledged: readonly number[]): boolean {
  return JSON.stringify(values.slice(-2)) === JSON.stringify(acknowledged)
}
