/** What an owner of a journal and the follower that makes a copy for it run, and the ways to break it. */

import { copyStep, type Copy } from '@ron/kernel/arena/journal-copy'
import { crossesOver, journalSteps, type Books } from '@ron/kernel/arena/journal-steps'

export interface Copying {
  readonly steps: typeof journalSteps
  readonly copy: typeof copyStep
  readonly crosses: typeof crossesOver
  /** Records that the owner adds to a copy that covers so many. */
  readonly rest: (records: readonly number[], covers: number) => readonly number[]
  /** How many records a copy covers whose follower has applied so many, at the books it sees. */
  readonly covers: (applied: number, books: Books) => number
  /** Whether a follower that has begun looks if everything is as it was. */
  readonly looksAgain: boolean
  /** Whether it clears away what another one left. */
  readonly clears: boolean
  /** Whether a record that is applied is put behind the snapshot. */
  readonly adds: boolean
}

export const real: Copying = {
  steps: journalSteps,
  copy: copyStep,
  crosses: crossesOver,
  rest: (records, covers) => records.slice(covers),
  covers: (applied) => applied,
  looksAgain: true,
  clears: true,
  adds: true,
}

export const mutants: Readonly<Record<string, Copying>> = {
  'adopts without what came after': { ...real, rest: () => [] },
  'adds what the copy covers once more': { ...real, rest: (records) => records },
  'goes on in whatever became live': {
    ...real,
    crosses: ({ turn }, under) => under !== null && turn === under + 2,
  },
  'calls every flip an adoption': {
    ...real,
    steps: (books, event) => journalSteps(books, event.kind === 'flip' ? { kind: 'adopt' } : event),
  },
  'lets nothing count before the copy is live': {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      if (step === null || event.kind !== 'adopt') return step
      const isLast = ({ kind }: (typeof step)[1][number]) => kind === 'last' || kind === 'end'
      return [step[0], [...step[1].filter(isLast), ...step[1].filter((store) => !isLast(store))]]
    },
  },
  'moves the reach before it wipes': {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      return step === null || event.kind !== 'wipe' ? step : [step[0], step[1].toReversed()]
    },
  },
  'takes the half from whoever writes': allowing('take', () => true),
  'resumes what was taken back': allowing('resume', (copy) => copy.kind === 'none'),
  'says that it covers what it has not applied': {
    ...real,
    covers: (_, { live, halves }) => halves[live].end,
  },
  'does not look again once it has begun': { ...real, looksAgain: false },
  'writes behind what another one left': { ...real, clears: false },
  'keeps what comes meanwhile out of the copy': { ...real, adds: false },
}

/** One act is allowed where it is not. */
function allowing(kind: 'take' | 'resume', where: (copy: Copy) => boolean): Copying {
  return {
    ...real,
    copy(copy, act) {
      const after = copyStep(copy, act)
      if (after !== null || act.kind !== kind || !where(copy)) return after
      return act.kind === 'resume' ? { kind: 'writing', by: act.by } : { kind: 'none' }
    },
  }
}
