/** What a follower of a journal and the thread it follows run, and the ways to break it. */

import {
  follow,
  goesOn,
  journalSteps,
  judge,
  type JournalStore,
  type Side,
} from '@ron/kernel/arena/journal-steps'

/** How far a follower has come: each record it has applied takes one cell, from the first on. */
export interface Place {
  readonly turn: number
  readonly side: Side
  readonly applied: readonly number[]
}

export interface Following {
  readonly steps: typeof journalSteps
  readonly judge: typeof judge
  readonly follow: typeof follow
  /** Whether what was copied under one turn is good when another stands there after the copy. */
  readonly isIntact: (turn: number, under: number) => boolean
  readonly goesOn: typeof goesOn
  /** The place of one that begins anew. */
  readonly place: (turn: number, side: Side, before: Place | null) => Place
}

export const real: Following = {
  steps: journalSteps,
  judge,
  follow,
  isIntact: (turn, under) => turn === under,
  goesOn,
  place: (turn, side) => ({ turn, side, applied: [] }),
}

export const mutants: Readonly<Record<string, Following>> = {
  'flips without the odd turn': flipped(([, live, ended, ...rest]) => [live, ended, ...rest]),
  'flips without the even turn': flipped(([begun, live, , ...rest]) => [begun, live, ...rest]),
  'begins the turn after the other half is live': flipped(([begun, live, ...rest]) => [live, begun, ...rest]),
  'ends the turn before the other half is live': flipped(([begun, live, ended, ...rest]) => [
    begun,
    ended,
    live,
    ...rest,
  ]),
  'ends the turn after the erasure': flipped(([begun, live, ended, ...rest]) => [
    begun,
    live,
    ...rest,
    ended,
  ]),
  'does not look at the turn after a copy': { ...real, isIntact: () => true },
  'applies what it reads under an odd turn': {
    ...real,
    follow({ turn, live, halves }, at, under) {
      if (turn !== under) return 'begin anew'
      return at < halves[live].end ? 'read' : 'wait'
    },
  },
  'goes on from its place under a new turn': {
    ...real,
    place: (turn, side, before) => ({ turn, side, applied: before?.applied ?? [] }),
  },
  'never begins anew': { ...real, follow: (books, at) => follow(books, at, books.turn) },
  'does not look at the turn when it takes over': { ...real, goesOn: () => true },
  'goes on under an odd turn when it takes over': { ...real, goesOn: ({ turn }, under) => turn === under },
  'leaves the turn odd when it recovers': {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      if (step === null || event.kind !== 'recover') return step
      const [next, stores] = step
      const left = stores.filter((store) => store.kind !== 'turn' || store.turn % 2 !== 0)
      return [{ ...next, turn: left.length < stores.length ? next.turn - 1 : next.turn }, left]
    },
  },
  'cuts a record off under the turn that stands': {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      if (step === null || event.kind !== 'recover' || books.turn % 2 !== 0) return step
      return [{ ...step[0], turn: books.turn }, step[1].filter(({ kind }) => kind !== 'turn')]
    },
  },
}

/** The stores of a flip in another order, or some of them: the odd turn, the live half, the even turn, the rest. */
function flipped(
  change: (stores: readonly JournalStore[]) => readonly (JournalStore | undefined)[],
): Following {
  return {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      if (step === null || event.kind !== 'flip') return step
      return [step[0], change(step[1]).filter((store) => store !== undefined)]
    },
  }
}
