/** The bus with subscribers that handle events as slowly as they like. */

import { noBacklog, pushed, taken, type Backlog } from '@ron/kernel/bus/backlog'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

interface Machine {
  readonly pushed: (
    backlog: Backlog<number>,
    event: number,
    capacity: number,
  ) => ReturnType<typeof pushed<number>>
  readonly taken: (backlog: Backlog<number>) => ReturnType<typeof taken<number>>
}

interface Reader {
  readonly backlog: Backlog<number>
  /** Works its backlog off: it was woken, and has not found it empty since. */
  readonly awake: boolean
  /** Everything before this event was handled, or told to be lost. */
  readonly next: number
  readonly misled: boolean
  /** What the lag counter says of it, and what it was told itself. */
  readonly lostCounted: number
  readonly lostTold: number
}

interface World {
  readonly published: number
  readonly readers: readonly Reader[]
}

type Happening = 'publish' | { readonly kind: 'handle'; readonly reader: number }

const real: Machine = { pushed, taken }

export const busSubject = subject({
  name: 'bus',
  machine: real,
  model: busModel,
  mutants: {
    'does not count what it loses': {
      ...real,
      pushed(backlog, event, capacity) {
        const result = pushed(backlog, event, capacity)
        return { ...result, backlog: { ...result.backlog, lost: 0 } }
      },
    },
    'loses the newest instead of the oldest': {
      ...real,
      pushed(backlog, event, capacity) {
        const full = backlog.waiting.length >= capacity
        return full
          ? { backlog: { ...backlog, lost: backlog.lost + 1 }, lost: 1, wake: false }
          : pushed(backlog, event, capacity)
      },
    },
    'keeps one event more than it may': {
      ...real,
      pushed: (backlog, event, capacity) => pushed(backlog, event, capacity + 1),
    },
    'tells a loss again': {
      ...real,
      taken(backlog) {
        const [next, delivery] = taken(backlog)
        return [{ ...next, lost: backlog.lost }, delivery]
      },
    },
    'hands over the newest first': {
      ...real,
      taken: (backlog) => taken({ ...backlog, waiting: backlog.waiting.toReversed() }),
    },
    'wakes nobody': {
      ...real,
      pushed: (backlog, event, capacity) => ({ ...pushed(backlog, event, capacity), wake: false }),
    },
    'thinks somebody still works it off': {
      ...real,
      taken(backlog) {
        const [next, delivery] = taken(backlog)
        return [{ ...next, busy: true }, delivery]
      },
    },
    'rests after one event': {
      ...real,
      taken(backlog) {
        const [next, delivery] = taken(backlog)
        return [{ ...next, busy: false }, delivery]
      },
    },
    'counts a loss that the subscriber is not told': {
      ...real,
      pushed(backlog, event, capacity) {
        const result = pushed(backlog, event, capacity)
        return { ...result, lost: result.lost * 2 }
      },
    },
  },
})

function busModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const capacities = scale === 'deep' ? [2, 3, 1] : [2, 1]
  const publishedMax = scale === 'deep' ? 9 : 8
  const reader: Reader = {
    backlog: noBacklog,
    awake: false,
    next: 0,
    misled: false,
    lostCounted: 0,
    lostTold: 0,
  }
  return {
    initial: { published: 0, readers: capacities.map(() => reader) },
    events: ({ published, readers }) => [
      ...(published < publishedMax ? ['publish' as const] : []),
      ...readers.flatMap(({ awake }, reader) => (awake ? [{ kind: 'handle', reader } as const] : [])),
    ],
    step({ published, readers }, event) {
      if (event === 'publish') {
        return {
          published: published + 1,
          readers: readers.map((reader, at) => told(machine, reader, published, capacities[at] ?? 1)),
        }
      }
      const readersNow = readers.map((reader, at) =>
        at === event.reader ? handled(machine, reader) : reader,
      )
      return { published, readers: readersNow }
    },
    laws: {
      'a subscriber sees every event in order, or is told exactly how many it lost': ({ readers }) =>
        readers.every(({ misled }) => !misled),
      'what waits is bounded': ({ readers }) =>
        readers.every(({ backlog }, at) => backlog.waiting.length <= (capacities[at] ?? 1)),
      'nobody rests while an event waits': ({ readers }) =>
        readers.every(({ awake, backlog }) => awake || backlog.waiting.length === 0),
      'what is counted as lost is told': ({ readers }) =>
        readers.every(({ lostCounted, lostTold, backlog }) => lostCounted === lostTold + backlog.lost),
    },
    settled: ({ published, readers }) => readers.every(({ awake, next }) => !awake && next === published),
    // A subscriber touches nothing but its own backlog; publishing touches all of them.
    independent: (one, other) => one !== 'publish' && other !== 'publish' && one.reader !== other.reader,
  }
}

function told({ pushed }: Machine, reader: Reader, event: number, capacity: number): Reader {
  const { backlog, lost, wake } = pushed(reader.backlog, event, capacity)
  // Two that work off one backlog would hand events over out of order.
  const misled = reader.misled || (wake && reader.awake)
  return { ...reader, backlog, misled, awake: reader.awake || wake, lostCounted: reader.lostCounted + lost }
}

function handled({ taken }: Machine, reader: Reader): Reader {
  const [backlog, delivery] = taken(reader.backlog)
  if (delivery === null) return { ...reader, backlog, awake: false }
  const { event, lost } = delivery
  return {
    ...reader,
    backlog,
    next: event + 1,
    misled: reader.misled || reader.next + lost !== event,
    lostTold: reader.lostTold + lost,
  }
}
