/** The machine of the journal, and the ways to break it: an order of stores, a check or a bound taken out. */

import {
  journalSteps,
  judge,
  mayWrite,
  type JournalEvent,
  type JournalStore,
} from '@ron/kernel/arena/journal-steps'

export interface Machine {
  readonly steps: typeof journalSteps
  readonly judge: typeof judge
  readonly mayWrite: typeof mayWrite
}

export const real: Machine = { steps: journalSteps, judge, mayWrite }

export const mutants: Readonly<Record<string, Machine>> = {
  'lets a record count before its bytes are there': reordered('append', ['reach', 'last', 'end', 'record']),
  'lets a record count before it is known as the last': reordered('append', [
    'reach',
    'record',
    'end',
    'last',
  ]),
  'writes before it says how far': reordered('append', ['record', 'reach', 'last', 'end']),
  'never lets a record count': reordered('append', ['reach', 'record', 'last']),
  'erases what is replaced before the snapshot counts': reordered('flip', [
    'turn',
    'last',
    'end',
    'erase',
    'reach',
    'live',
  ]),
  'leaves what was replaced lying there': reordered('flip', ['turn', 'live', 'last', 'end', 'reach']),
  'never flips': reordered('flip', ['turn', 'last', 'end', 'erase', 'reach']),
  'flips before the snapshot is whole': {
    ...real,
    steps(books, event) {
      if (event.kind === 'flip') return [books, []]
      const step = journalSteps(books, event)
      if (event.kind !== 'append' || event.side === books.live || step === null) return step
      return [{ ...step[0], live: event.side }, [...step[1], { kind: 'live', side: event.side }]]
    },
  },
  'leaves a snapshot that failed lying there': {
    ...real,
    steps: (books, event) => (event.kind === 'clear' ? [books, []] : journalSteps(books, event)),
  },
  'takes no heed of its capacity': {
    ...real,
    steps: (books, event) => withCapacity(journalSteps({ ...books, capacity: 100 }, event), books.capacity),
  },
  'spares nothing': {
    ...real,
    steps: (books, event) => journalSteps(books, event.kind === 'append' ? { ...event, spare: 0 } : event),
  },
  'leaves half a record lying there': reordered('recover', ['turn', 'end', 'last']),
  'does not cut off the last record when it is damaged': reordered('recover', [
    'turn',
    'erase',
    'reach',
    'last',
  ]),
  'erases before it cuts off': reordered('recover', ['turn', 'erase', 'reach', 'last', 'end']),
  'passes over what is damaged': {
    ...real,
    judge: (half, at, whole) => (at < half.end && !whole ? 'record' : judge(half, at, whole)),
  },
  'ends at what is damaged, wherever that is': {
    ...real,
    judge: (half, at, whole) => (at < half.end && !whole ? 'torn' : judge(half, at, whole)),
  },
  'refuses when only the last record is damaged': {
    ...real,
    judge(half, at, whole) {
      const verdict = judge(half, at, whole)
      return verdict === 'torn' ? 'damaged' : verdict
    },
  },
  'ends before the last record': {
    ...real,
    judge: (half, at, whole) => (at === half.last ? 'torn' : judge(half, at, whole)),
  },
  'lets anybody write': { ...real, mayWrite: () => true },
  'lets nobody write': { ...real, mayWrite: () => false },
}

/** The machine, but on these events only these stores, in this order. */
function reordered(on: JournalEvent['kind'], kinds: readonly JournalStore['kind'][]): Machine {
  return {
    ...real,
    steps(books, event) {
      const step = journalSteps(books, event)
      if (step === null || event.kind !== on) return step
      return [step[0], kinds.flatMap((kind) => step[1].filter((store) => store.kind === kind))]
    },
  }
}

function withCapacity(
  step: ReturnType<typeof journalSteps>,
  capacity: number,
): ReturnType<typeof journalSteps> {
  return step && [{ ...step[0], capacity }, step[1]]
}
