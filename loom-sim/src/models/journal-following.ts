/**
 * A journal that one thread appends to and compacts while another follows it and takes over when the first has
 * ended, wherever each of them is. A byte may change while nobody owns it. Every record takes one cell, and the
 * service holds the last value it was given, so that is what a snapshot copies.
 */

import { otherSide, type Side } from '@ron/kernel/arena/journal-steps'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'
import { finished, followed, hasAll, mayPause, newborn, type Follower } from './journal-follower.ts'
import { mutants, real, type Following } from './journal-following-mutants.ts'
import {
  counted,
  emptyMemory,
  half,
  withCell,
  written,
  zero,
  type Memory,
  type Write,
} from './journal-memory.ts'
import { append, begun, isIdle, snapshot, writerOf, type Task, type Writer } from './journal-writer.ts'

interface Owner extends Writer {
  /** The records of the live half, as this thread knows them. */
  readonly records: readonly number[]
}

interface World {
  readonly memory: Memory
  readonly owner: Owner | null
  readonly follower: Follower | null
  /** What counted under the turn of the follower's place when that turn went; null while it stands. */
  readonly countedThen: readonly number[] | null
  readonly given: number
  readonly crashes: number
  /** The value acknowledged last, unless it was damaged and cut off; then the one before. */
  readonly acknowledged: number
  /** Where the last record was damaged while there was no owner. */
  readonly damage: { readonly side: Side; readonly at: number } | 'to come' | 'gone'
  /** A takeover ended with an error. */
  readonly refused: boolean
}

type OwnerActs = 'store' | 'append' | 'compact' | 'snapshot fails'
type Happening = OwnerActs | 'crash' | 'damage' | 'birth' | 'follow' | 'pause' | 'take over'

export const journalFollowingSubject = subject({
  name: 'journal-following',
  machine: real,
  model: followingModel,
  mutants,
})

function followingModel(machine: Following, scale: Scale): Model<World, Happening> {
  const capacity = 3
  const givenMax = scale === 'deep' ? 4 : 3
  const crashesMax = scale === 'deep' ? 2 : 1
  /** More steps than a follower needs that nobody disturbs. */
  const stepsMax = 10 * capacity
  const memory = emptyMemory(capacity)
  return {
    initial: {
      memory,
      owner: { ...writerOf(memory.books), records: [] },
      follower: null,
      countedThen: null,
      given: 0,
      crashes: 0,
      acknowledged: 0,
      damage: 'to come',
      refused: false,
    },
    events,
    step,
    laws: {
      'what a follower applied is what counts under its turn, from the first record on': (world) => {
        const counts = world.countedThen ?? counted(world.memory)
        return world.follower?.place?.applied.every((value, at) => value === counts[at]) ?? true
      },
      'an owner at rest holds what a replay of its journal gives': (world) =>
        !isAtRest(world.owner) || isDamaged(world) || same(world.owner.records, replayed(world)),
      'an owner at rest holds what counts, also when that was damaged': ({ memory, owner }) =>
        !isAtRest(owner) || same(owner.records, counted(memory)),
      'the record acknowledged last is there, unless it was damaged': ({ memory, acknowledged }) =>
        (counted(memory).at(-1) ?? 0) === acknowledged,
      'a takeover is refused only for a damaged record before the last one': (world) =>
        !world.refused || (isDamaged(world) && !isLast(world.memory, world.damage.at)),
      'nothing is erased under an odd turn, for a follower would wait for it': ({ memory, owner }) =>
        memory.books.turn % 2 === 0 || !isErasure(owner?.writes[0]),
      'beside an owner at rest a follower comes to the end by itself': (world) =>
        !isAtRest(world.owner) || isDamaged(world) || comesToTheEnd(world),
    },
    settled: (world) =>
      world.refused ||
      (isAtRest(world.owner) && world.given === givenMax && (isDamaged(world) || isFollowed(world))),
  }

  function events({ owner, follower, given, crashes, damage, refused, memory }: World): readonly Happening[] {
    if (refused) return []
    const may: Happening[] = []
    if (owner !== null && !isAtRest(owner)) may.push('store')
    if (owner !== null && isIdle(owner) && owner.tasks.length > 0) may.push('snapshot fails')
    if (isAtRest(owner)) {
      const { live, halves } = owner.books
      if (given < givenMax && machine.steps(owner.books, append(live, 0)) !== null) may.push('append')
      if (halves[live].end > 1) may.push('compact')
    }
    if (owner !== null && crashes < crashesMax) may.push('crash')
    if (owner === null && damage === 'to come' && counted(memory).length > 0) may.push('damage')
    if (follower === null) return [...may, 'birth']
    may.push('follow')
    if (mayPause(follower)) may.push('pause')
    if (owner === null && follower.place !== null && follower.doing.kind === 'pausing') may.push('take over')
    return may
  }

  function step(world: World, event: Happening): World {
    const { owner, follower } = world
    switch (event) {
      case 'birth':
        return { ...world, follower: newborn, countedThen: null }
      case 'follow':
        return follower === null ? world : follows(world, follower)
      case 'pause':
        return { ...world, follower: follower && { ...follower, doing: { kind: 'pausing' } } }
      case 'take over':
        return follower === null ? world : takenOver(world, follower)
      case 'crash':
        return { ...world, owner: null, crashes: world.crashes + 1 }
      case 'damage': {
        const { live, halves } = world.memory.books
        return { ...world, damage: { side: live, at: halves[live].last } }
      }
      case 'store':
      case 'append':
      case 'compact':
      case 'snapshot fails':
        return owner === null ? world : acts(world, owner, event)
    }
  }

  function acts(world: World, owner: Owner, event: OwnerActs): World {
    const begins = (tasks: readonly Task[]) => ({ ...world, owner: begun(machine.steps, owner, tasks) })
    const { live } = owner.books
    switch (event) {
      case 'store':
        return stored(world, owner)
      case 'append': {
        const value = world.given + 1
        return { ...begins([{ event: append(live, 0), value }]), given: value }
      }
      case 'compact':
        return begins(snapshot(otherSide(live), owner.records.slice(-1)))
      case 'snapshot fails':
        return begins([{ event: { kind: 'clear' }, value: zero }])
    }
  }

  function stored(world: World, owner: Owner): World {
    const [write, ...writes] = owner.writes
    if (write === undefined) return { ...world, owner: begun(machine.steps, owner, owner.tasks) }
    const after = afterStore({ ...world, owner: { ...owner, writes } }, write)
    return writes.length > 0 ? after : done(after, owner)
  }

  /** What a store does to the memory, and to what is said of it here. */
  function afterStore(world: World, write: Write): World {
    const memory = written(world.memory, write)
    const moves = write.kind === 'turn' && world.follower?.place?.turn === world.memory.books.turn
    const overwritten =
      isDamaged(world) &&
      write.kind === 'cell' &&
      write.side === world.damage.side &&
      write.at === world.damage.at
    const cutOff = isDamaged(world) && write.kind === 'end' && write.at === world.damage.at
    return {
      ...world,
      memory,
      countedThen: moves ? (world.countedThen ?? counted(world.memory)) : world.countedThen,
      damage: overwritten ? 'gone' : world.damage,
      acknowledged:
        cutOff && write.side === memory.books.live ? (counted(memory).at(-1) ?? 0) : world.acknowledged,
    }
  }

  function done(world: World, owner: Owner): World {
    const { doing, next, records } = owner
    const rested: Owner = { ...owner, books: next, doing: null, writes: [] }
    if (doing?.event.kind === 'flip') return { ...world, owner: { ...rested, records: records.slice(-1) } }
    if (doing?.event.kind !== 'append' || doing.event.side !== owner.books.live)
      return { ...world, owner: rested }
    const { value } = doing
    return { ...world, owner: { ...rested, records: [...records, value] }, acknowledged: value }
  }

  function follows(world: World, before: Follower): World {
    const follower = followed(machine, seen(world), before)
    if (follower.place === null || before.doing.kind !== 'beginning' || follower.doing.kind !== 'pausing')
      return { ...world, follower }
    // Its turn may have gone while it looked which half is live: nothing of that may be applied.
    return { ...world, follower, countedThen: follower.place.turn === world.memory.books.turn ? null : [] }
  }

  function takenOver(world: World, follower: Follower): World {
    const { verdict, at, applied } = finished(machine, seen(world), follower)
    if (verdict === 'damaged') return { ...world, refused: true }
    const owner: Owner = { ...writerOf(world.memory.books), records: applied }
    const recovering = begun(machine.steps, owner, [{ event: { kind: 'recover', at }, value: zero }])
    return { ...world, owner: recovering, follower: null, countedThen: null }
  }

  function replayed(world: World): readonly number[] {
    return finished(machine, seen(world), newborn).applied
  }

  function isFollowed({ follower, memory }: World): boolean {
    return follower !== null && hasAll(follower, memory)
  }

  function comesToTheEnd(world: World): boolean {
    let { follower } = world
    for (let steps = 0; follower !== null && !hasAll(follower, world.memory); steps++) {
      if (steps === stepsMax) return false
      follower = followed(machine, seen(world), follower)
    }
    return true
  }
}

/** The memory as whoever reads it finds it. */
function seen({ memory, damage }: World): Memory {
  return typeof damage === 'string' ? memory : withCell(memory, damage.side, damage.at, half)
}

function isDamaged(
  world: World,
): world is World & { readonly damage: { readonly side: Side; readonly at: number } } {
  return typeof world.damage !== 'string'
}

function isLast({ books: { live, halves } }: Memory, at: number): boolean {
  return halves[live].last === at
}

/** Whether it has nothing to do but what it will be asked. */
function isAtRest(owner: Owner | null): owner is Owner {
  return owner !== null && isIdle(owner) && owner.tasks.length === 0
}

function isErasure(write: Write | undefined): boolean {
  return write?.kind === 'cell' && write.cell === zero
}

function same(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((value, at) => value === others[at])
}
