/**
 * Calls over a small port that may end at any moment, into an inbox with one turn and few places: handlers
 * finish when they like or never, deadlines strike on either side at any time, and what finds the port full
 * waits. A deadline and a caller who gives up are one here, for they do the same.
 */

import { mayAsk, placeFor, tellsService } from '@ron/kernel/call/places'
import { arrived, serve, type Serving, type ServingEffect, type ServingEvent } from '@ron/kernel/call/serving'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

const real = { mayAsk, placeFor, tellsService, serve }
type Machine = typeof real

interface Call {
  readonly caller: 'unasked' | 'open' | 'ended'
  /** How often it was settled, and how often the service answered. */
  readonly settled: number
  readonly answers: number
  /** In the service; null before it arrives and when it found no place. */
  readonly serving: Serving | null
  /** The service keeps something of it. */
  readonly kept: boolean
  /** Its handler was told to stop. */
  readonly told: boolean
  readonly cancelled: boolean
  readonly answeredInVain: boolean
  readonly cancelledInVain: boolean
}

type Sent = { readonly request: number } | { readonly cancel: number }

interface World {
  readonly calls: readonly Call[]
  readonly port: 'open' | 'ended'
  readonly toService: readonly Sent[]
  readonly toCaller: readonly number[]
  /** Cancels and answers that found the port full. */
  readonly owed: readonly number[]
  readonly outbox: readonly number[]
  readonly running: number
  readonly waiting: readonly number[]
}

type Happening =
  | 'ask'
  | 'arrive'
  | 'hear'
  | 'pay'
  | 'flush'
  | 'port ends'
  | { readonly kind: 'give up' | 'too late' | 'finish'; readonly call: number }

export const callsSubject = subject({
  name: 'calls',
  machine: real,
  model: callsModel,
  mutants: {
    'opens one call more than it may': { ...real, mayAsk: (open, callsMax) => mayAsk(open - 1, callsMax) },
    'lets one wait more than it may': {
      ...real,
      placeFor: (occupied, shape) => placeFor(occupied, { ...shape, capacity: shape.capacity + 1 }),
    },
    'runs one more than it may': {
      ...real,
      placeFor: (occupied, shape) => placeFor(occupied, { ...shape, concurrency: shape.concurrency + 1 }),
    },
    'does not tell the service that nobody waits': { ...real, tellsService: () => false },
    'tells the service of a call that it has answered': { ...real, tellsService: (end) => end !== 'port' },
    'answers whoever cancelled': {
      ...real,
      serve: (serving, event) => serve(serving, event === 'cancel' ? 'abort' : event),
    },
    'ignores a cancel': {
      ...real,
      serve: (serving, event) => (event === 'cancel' ? [serving, []] : serve(serving, event)),
    },
    'does not notice that its turn has come': {
      ...real,
      serve: (serving, event) => (event === 'turn' ? [serving, []] : serve(serving, event)),
    },
    'refuses what runs, and answers it too': {
      ...real,
      serve(serving, event) {
        const [next, effects] = serve(serving, event)
        return [next, event === 'abort' && next.phase === 'running' ? [...effects, 'refuse'] : effects]
      },
    },
    'does not stop what runs too long': without('abort', 'abort'),
    'keeps the place of what it gave up': without('withdraw', 'cancel', 'abort'),
    'says nothing to what waited too long': without('refuse', 'abort'),
    'keeps what it has answered': without('forget', 'finished'),
    'keeps what it gave up': without('forget', 'cancel', 'abort'),
    'answers nobody': without('answer', 'finished'),
  },
})

/** On these events it leaves out this effect. */
function without(left: ServingEffect, ...on: readonly ServingEvent[]): Machine {
  return {
    ...real,
    serve(serving, event) {
      const [next, effects] = serve(serving, event)
      return [next, on.includes(event) ? effects.filter((effect) => effect !== left) : effects]
    },
  }
}

const unasked: Call = {
  caller: 'unasked',
  settled: 0,
  answers: 0,
  serving: null,
  kept: false,
  told: false,
  cancelled: false,
  answeredInVain: false,
  cancelledInVain: false,
}
const atService: ReadonlySet<string> = new Set(['arrive', 'flush', 'too late', 'finish'])
const atCaller: ReadonlySet<string> = new Set(['ask', 'hear', 'pay', 'give up'])

function callsModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const callsCount = scale === 'deep' ? 4 : 3
  const callsMax = 2
  const portCapacity = 2
  const shape = { capacity: 1, concurrency: 1 }
  return {
    initial: {
      calls: Array.from({ length: callsCount }, () => unasked),
      port: 'open',
      toService: [],
      toCaller: [],
      owed: [],
      outbox: [],
      running: 0,
      waiting: [],
    },
    events: ({ calls, port, toService, toCaller, owed, outbox }) => [
      ...(calls.some(({ caller }) => caller === 'unasked') ? (['ask'] as const) : []),
      ...(port === 'open' ? (['port ends'] as const) : []),
      ...(toService.length > 0 ? (['arrive'] as const) : []),
      ...(toCaller.length > 0 ? (['hear'] as const) : []),
      ...(owed.length > 0 && toService.length < portCapacity ? (['pay'] as const) : []),
      ...(outbox.length > 0 && toCaller.length < portCapacity ? (['flush'] as const) : []),
      ...calls.flatMap(({ caller, serving }, call) => [
        ...(caller === 'open' ? [{ kind: 'give up', call } as const] : []),
        ...(serving !== null && serving.phase !== 'ended' && !serving.aborted
          ? [{ kind: 'too late', call } as const]
          : []),
        ...(serving?.phase === 'running' ? [{ kind: 'finish', call } as const] : []),
      ]),
    ],
    step(world, event) {
      if (typeof event === 'object') {
        if (event.kind === 'give up') return ended(world, event.call, 'deadline')
        if (event.kind === 'too late') return fed(world, event.call, 'abort')
        return turnOver(fed(world, event.call, 'finished'))
      }
      switch (event) {
        case 'ask':
          return asked(
            world,
            world.calls.findIndex(({ caller }) => caller === 'unasked'),
          )
        case 'arrive':
          return arrives({ ...world, toService: world.toService.slice(1) }, world.toService[0])
        case 'hear':
          return heard({ ...world, toCaller: world.toCaller.slice(1) }, world.toCaller[0])
        case 'pay':
          return {
            ...world,
            owed: world.owed.slice(1),
            toService: [...world.toService, ...world.owed.slice(0, 1).map((cancel) => ({ cancel }))],
          }
        case 'flush':
          return {
            ...world,
            outbox: world.outbox.slice(1),
            toCaller: [...world.toCaller, ...world.outbox.slice(0, 1)],
          }
        case 'port ends':
          return portEnded(world)
      }
    },
    laws: {
      'a call ends once': ({ calls }) =>
        calls.every(({ caller, settled }) => settled === Number(caller === 'ended')),
      'open calls are bounded': ({ calls }) =>
        calls.filter(({ caller }) => caller === 'open').length <= callsMax,
      'what runs and what waits is bounded': ({ running, waiting }) =>
        running <= shape.concurrency && waiting.length <= shape.capacity,
      'every place is held by a request that is there': ({ calls, running, waiting }) =>
        calls.filter(({ serving }) => serving?.phase === 'running').length === running &&
        calls.every(({ serving }, at) => (serving?.phase === 'waiting') === waiting.includes(at)),
      'nobody waits while a turn is free': ({ running, waiting }) =>
        running === shape.concurrency || waiting.length === 0,
      'nothing is kept of what has ended': ({ calls }) =>
        calls.every(({ serving, kept }) => kept === (serving !== null && serving.phase !== 'ended')),
      'a request is answered at most once, and only when somebody waits': ({ calls }) =>
        calls.every(({ answers, answeredInVain }) => answers <= 1 && !answeredInVain),
      'whoever waits is answered in the end': ({ calls, port }) =>
        port === 'ended' ||
        calls.every(
          ({ serving, answers }) => serving?.phase !== 'ended' || !serving.awaited || answers === 1,
        ),
      'the service is told of every call that nobody waits for': ({ calls, port, toService, owed }) =>
        (port === 'open' && toService.length + owed.length > 0) ||
        calls.every(
          ({ caller, serving }) =>
            caller !== 'ended' || serving === null || serving.phase === 'ended' || serving.aborted,
        ),
      'a handler that is to stop is told': ({ calls }) =>
        calls.every(({ serving, told }) => serving === null || serving.aborted === told),
      'nobody cancels what was answered or is gone': ({ calls }) =>
        calls.every(({ cancelledInVain }) => !cancelledInVain),
    },
    settled: ({ calls, toService, toCaller, owed, outbox, running }) =>
      calls.every(({ caller }) => caller === 'ended') &&
      toService.length + toCaller.length + owed.length + outbox.length + running === 0,
    // The two sides share nothing but the port. Asking looks whether it is full, and so does what makes room.
    independent: (one, other) => apart(kindOf(one), kindOf(other)) || apart(kindOf(other), kindOf(one)),
  }

  function asked(world: World, call: number): World {
    const open = world.calls.filter(({ caller }) => caller === 'open').length
    const room = world.port === 'open' && world.owed.length === 0 && world.toService.length < portCapacity
    const settled = room && machine.mayAsk(open, callsMax) ? 0 : 1
    const caller = settled === 0 ? 'open' : 'ended'
    const toService = settled === 0 ? [...world.toService, { request: call }] : world.toService
    return { ...changed(world, call, { caller, settled }), toService }
  }

  function ended(world: World, call: number, end: 'answer' | 'deadline' | 'port'): World {
    const before = world.calls[call]
    if (before?.caller !== 'open') return world
    const next = changed(world, call, { caller: 'ended', settled: before.settled + 1 })
    if (!machine.tellsService(end)) return next
    return {
      ...changed(next, call, { cancelledInVain: end !== 'deadline' }),
      owed: [...next.owed, call],
    }
  }

  function arrives(world: World, sent: Sent | undefined): World {
    if (sent === undefined) return world
    if ('cancel' in sent) return fed(changed(world, sent.cancel, { cancelled: true }), sent.cancel, 'cancel')
    const { request: call } = sent
    const place = machine.placeFor({ running: world.running, waiting: world.waiting.length }, shape)
    if (place === 'full') return answered(world, call)
    const taken = changed(world, call, { serving: arrived, kept: true })
    if (place === 'wait') return { ...taken, waiting: [...taken.waiting, call] }
    return fed({ ...taken, running: taken.running + 1 }, call, 'turn')
  }

  function heard(world: World, call: number | undefined): World {
    return call === undefined ? world : ended(world, call, 'answer')
  }

  function fed(world: World, call: number, event: ServingEvent): World {
    const serving = world.calls[call]?.serving
    if (serving === null || serving === undefined) return world
    const [next, effects] = machine.serve(serving, event)
    return effects.reduce(
      (world, effect) => carriedOut(world, call, effect),
      changed(world, call, { serving: next }),
    )
  }

  /** A handler has come to its end: its turn goes to whoever waits longest. */
  function turnOver(world: World): World {
    const [next, ...waiting] = world.waiting
    if (next === undefined) return { ...world, running: world.running - 1 }
    return fed({ ...world, waiting }, next, 'turn')
  }

  function portEnded(world: World): World {
    const gone: World = { ...world, port: 'ended', toService: [], toCaller: [], owed: [], outbox: [] }
    const all = [...world.calls.keys()]
    const told = all.reduce((world, call) => ended(world, call, 'port'), gone)
    const stopped = all.reduce((world, call) => fed(world, call, 'abort'), told)
    return { ...stopped, outbox: [] }
  }
}

function carriedOut(world: World, call: number, effect: ServingEffect): World {
  switch (effect) {
    case 'abort':
      return changed(world, call, { told: true })
    case 'withdraw':
      return { ...world, waiting: world.waiting.filter((other) => other !== call) }
    case 'answer':
    case 'refuse':
      return answered(world, call)
    case 'forget':
      return changed(world, call, { kept: false })
  }
}

function answered(world: World, call: number): World {
  const { answers = 0, cancelled: answeredInVain = false } = world.calls[call] ?? {}
  return {
    ...changed(world, call, { answers: answers + 1, answeredInVain }),
    outbox: [...world.outbox, call],
  }
}

function changed(world: World, at: number, change: Partial<Call>): World {
  return { ...world, calls: world.calls.map((call, index) => (index === at ? { ...call, ...change } : call)) }
}

function kindOf(event: Happening): string {
  return typeof event === 'object' ? event.kind : event
}

function apart(one: string, other: string): boolean {
  return atService.has(one) && atCaller.has(other) && !(one === 'arrive' && other === 'ask')
}
