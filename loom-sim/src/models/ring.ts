/**
 * The sleep and wake of a ring: a producer that may stop for ever between any two steps, a consumer that may
 * linger or not, and memory that each step touches once. Positions count records, all of one size. A wake is
 * a message that waits until the consumer's thread has a turn; under the futex of one mutant nothing waits.
 */

import {
  consumerDoes,
  consumerNext,
  producerDoes,
  producerNext,
  word,
  type ConsumerStep,
  type Operation,
  type ProducerStep,
} from '@ron/kernel/ring/sleep-wake'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

interface Machine {
  readonly producerDoes: typeof producerDoes
  readonly producerNext: typeof producerNext
  readonly consumerDoes: typeof consumerDoes
  readonly consumerNext: typeof consumerNext
  readonly wakesBy: 'message' | 'futex'
}

interface World {
  /** By the index of the word. */
  readonly memory: Readonly<Record<number, number>>
  /** The number of the record that lies in each place of the ring, -1 for none. */
  readonly places: readonly number[]
  readonly producer: {
    readonly step: ProducerStep
    readonly seen: number
    /** How far the consumer was when the producer last looked, and when it began with this record. */
    readonly head: number
    readonly headThen: number
    /** The record being sent, or last sent. */
    readonly record: number
    readonly published: boolean
    readonly gone: boolean
  }
  readonly consumer: {
    readonly step: ConsumerStep
    readonly seen: number
    /** Records read. */
    readonly position: number
    /** Its thread waits to be woken. */
    readonly waits: boolean
    /** It was told that the producer is gone. */
    readonly told: boolean
  }
  readonly wakes: number
  readonly misread: boolean
  readonly overwritten: boolean
  readonly refusedWithRoom: boolean
}

type Happening = 'produce' | 'consume' | 'take all' | 'linger' | 'wake' | 'crash' | 'end'

const real: Machine = { producerDoes, producerNext, consumerDoes, consumerNext, wakesBy: 'message' }
const asleep = 0

export const ringSubject = subject({
  name: 'ring',
  machine: real,
  model: ringModel,
  mutants: {
    'falls asleep without a second look': consuming((step) => (step === 'announce' ? 'asleep' : null)),
    'takes its second look before it says that it sleeps': consuming((step, seen, position) => {
      if (step === 'linger' && seen !== 1) return 'recheck'
      if (step === 'recheck') return seen === position ? 'announce' : 'look'
      return step === 'announce' ? 'asleep' : null
    }),
    'lies down all the same when the second look finds a record': consuming((step) =>
      step === 'recheck' ? 'asleep' : null,
    ),
    'rises without saying so': consuming((step, seen, position) =>
      step === 'recheck' && seen !== position ? 'look' : null,
    ),
    'rises although its wake is on its way': consuming((step) => (step === 'rise' ? 'look' : null)),
    'never gives room back': {
      ...real,
      consumerDoes: (step) => consumerDoes(step === 'release' ? 'look' : step),
    },
    'gives room back that it has not read': {
      ...real,
      consumerDoes: (step) =>
        step === 'release' ? { kind: 'store', word: word.head, value: 2 } : consumerDoes(step),
    },
    'publishes a record before it is written': {
      ...producing((step) => (step === 'fill' ? 'publish' : null)),
      producerDoes: (step) => {
        if (step === 'fill') return producerDoes('publish')
        return producerDoes(step === 'publish' ? 'fill' : step)
      },
    },
    'refuses by what it saw an age ago': producing((step, seen) =>
      step === 'fill' && seen !== 1 ? 'done' : null,
    ),
    'takes room for granted': {
      ...real,
      producerDoes: (step) => (step === 'room' ? { kind: 'load', word: word.tail } : producerDoes(step)),
    },
    'never looks for a sleeper': producing((step) => (step === 'publish' ? 'done' : null)),
    'looks for a sleeper before it publishes': producing((step, seen) => {
      if (step === 'fill') return seen === 1 ? 'look' : 'room'
      if (step === 'refill') return seen === 1 ? 'look' : 'done'
      if (step === 'look') return seen === asleep ? 'claim' : 'publish'
      if (step === 'claim') return seen === asleep ? 'wake' : 'publish'
      if (step === 'wake') return 'publish'
      return step === 'publish' ? 'done' : null
    }),
    'wakes a sleeper it has not claimed': producing((step, seen) =>
      step === 'look' && seen === asleep ? 'wake' : null,
    ),
    'claims a sleeper and does not wake it': producing((step) => (step === 'claim' ? 'done' : null)),
    'wakes again whom the consumer woke itself': producing((step) => (step === 'claim' ? 'wake' : null)),
    // FINDINGS: the claim may be of the next sleep, and the notify come before anybody waits.
    'wakes by a futex': { ...real, wakesBy: 'futex' },
  },
})

/** The machine with some of the consumer's steps followed by others; null for what follows anyway. */
function consuming(
  next: (step: ConsumerStep, seen: number, position: number) => ConsumerStep | null,
): Machine {
  return {
    ...real,
    consumerNext: (step, seen, position) => next(step, seen, position) ?? consumerNext(step, seen, position),
  }
}

function producing(next: (step: ProducerStep, seen: number) => ProducerStep | null): Machine {
  return { ...real, producerNext: (step, seen) => next(step, seen) ?? producerNext(step, seen) }
}

function ringModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const records = scale === 'deep' ? 12 : 5
  const capacity = scale === 'deep' ? 4 : 2

  const sendsOn = ({ producer: { step, record, published, gone } }: World) =>
    !gone && (step !== 'done' || !published || record + 1 < records)

  return {
    initial: {
      memory: { [word.head]: 0, [word.tail]: 0, [word.awake]: asleep },
      places: Array.from({ length: capacity }, () => -1),
      producer: { step: 'done', seen: 0, head: 0, headThen: 0, record: 0, published: false, gone: false },
      consumer: { step: 'asleep', seen: 0, position: 0, waits: true, told: false },
      wakes: 0,
      misread: false,
      overwritten: false,
      refusedWithRoom: false,
    },
    events: (world) => {
      const { producer, consumer, wakes } = world
      // A thread's messages have their turn when it waits or between two batches, never in the middle.
      const hasTurn = consumer.waits || consumer.step === 'look'
      const possible: readonly [Happening, boolean][] = [
        ['produce', sendsOn(world)],
        ['crash', !producer.gone],
        ['consume', !consumer.waits],
        ['take all', consumer.step === 'take'],
        ['linger', consumer.step === 'linger'],
        ['wake', wakes > 0 && hasTurn],
        // Instead of a wake or behind it: what a thread owes dies with it.
        ['end', producer.gone && !consumer.told && hasTurn],
      ]
      return possible.flatMap(([event, may]) => (may ? [event] : []))
    },
    step: (world, event) => {
      switch (event) {
        case 'produce':
          return produced(machine, begun(world))
        case 'crash':
          return { ...world, producer: { ...world.producer, gone: true } }
        case 'consume':
          return consumed(machine, world, 'least')
        case 'take all':
        case 'linger':
          return consumed(machine, world, 'most')
        case 'wake':
          return roused(machine, { ...world, wakes: world.wakes - 1 })
        case 'end':
          return roused(machine, { ...world, wakes: 0, consumer: { ...world.consumer, told: true } })
      }
    },
    laws: {
      'every record is read whole, once and in order': ({ misread }) => !misread,
      'no record is overwritten before it is read': ({ overwritten }) => !overwritten,
      'no record is refused for which there was room': ({ refusedWithRoom }) => !refusedWithRoom,
      'no wake-up is lost': (world) => {
        const { memory, producer, consumer, wakes } = world
        const producerRests = producer.step === 'done' && !producer.gone
        const waiting = memory[word.tail] !== consumer.position
        return !(waiting && consumer.waits && wakes === 0 && producerRests)
      },
      'a consumer at rest has given all room back': ({ memory, consumer: { waits, position } }) =>
        !waits || memory[word.head] === position,
      'at most one wake is on its way': ({ wakes }) => wakes <= 1,
      'only a consumer that lay down is woken': ({ wakes, consumer: { step } }) =>
        wakes === 0 || step === 'recheck' || step === 'rise' || step === 'asleep',
    },
    settled: (world) => {
      const { memory, producer, consumer, wakes } = world
      const ended = producer.gone ? consumer.told : !sendsOn(world)
      return ended && consumer.waits && wakes === 0 && memory[word.tail] === consumer.position
    },
  }
}

/** A producer that is done goes on with the next record, or with the same when the ring was full. */
function begun(world: World): World {
  const { producer } = world
  if (producer.step !== 'done') return world
  const record = producer.record + (producer.published ? 1 : 0)
  const headThen = world.memory[word.head] ?? 0
  return { ...world, producer: { ...producer, step: 'fill', headThen, record, published: false } }
}

function produced(machine: Machine, world: World): World {
  const { producer, places, consumer } = world
  const operation = machine.producerDoes(producer.step)
  const on = (seen: number, more: Partial<World> = {}, published = producer.published): World => {
    const step = machine.producerNext(producer.step, seen)
    const head = producer.step === 'room' ? seen : producer.head
    const room = producer.record - producer.headThen < places.length
    const refusedWithRoom = world.refusedWithRoom || (step === 'done' && !published && room)
    return { ...world, refusedWithRoom, ...more, producer: { ...producer, step, seen, head, published } }
  }
  if (operation.kind === 'rest') return on(producer.seen)
  if (operation.kind === 'wake') {
    if (machine.wakesBy === 'message') return on(producer.seen, { wakes: world.wakes + 1 })
    // A futex wakes who waits now. Nobody may.
    return on(producer.seen, consumer.waits ? { wakes: 1 } : {})
  }
  if (operation.kind === 'fill') {
    if (producer.record - producer.head >= places.length) return on(0)
    const at = producer.record % places.length
    const before = places[at] ?? -1
    const overwritten = world.overwritten || before >= consumer.position
    return on(1, { places: places.with(at, producer.record), overwritten })
  }
  const [seen, memory] = carriedOut(world.memory, operation, producer.record + 1)
  return on(seen, { memory }, producer.published || operation.kind === 'advance')
}

/** Where a step leaves the consumer a choice, it does the least it may, or the most. */
function consumed(machine: Machine, world: World, does: 'least' | 'most'): World {
  const { consumer, places, memory } = world
  const operation = machine.consumerDoes(consumer.step)
  const on = (seen: number, more: Partial<World> = {}, position = consumer.position): World => {
    const step = machine.consumerNext(consumer.step, seen, position)
    // A message wakes who lies down a moment later; for a futex one has to wait first.
    const waits = step === 'asleep' && machine.wakesBy === 'message'
    return { ...world, ...more, consumer: { ...consumer, step, seen, position, waits } }
  }
  if (operation.kind === 'rest') {
    // Waits, as a futex does, only if the tail is what it was.
    if (memory[word.tail] !== consumer.position) return on(consumer.seen)
    return { ...world, consumer: { ...consumer, waits: true } }
  }
  if (operation.kind === 'linger') return on(does === 'most' ? 1 : 0)
  if (operation.kind === 'take') {
    const to = does === 'most' ? consumer.seen : consumer.position + 1
    let { misread } = world
    for (let at = consumer.position; at < to; at++) misread ||= places[at % places.length] !== at
    return on(consumer.seen, { misread }, to)
  }
  const [seen, changed] = carriedOut(memory, operation, consumer.position)
  return on(seen, { memory: changed })
}

/** Whoever is awake already goes on as it is. */
function roused(machine: Machine, world: World): World {
  const { consumer } = world
  if (consumer.step !== 'asleep') return world
  const step = machine.consumerNext('asleep', consumer.seen, consumer.position)
  return { ...world, consumer: { ...consumer, step, waits: false } }
}

/** One atomic step on simulated memory: what it returned, and the memory after it. */
function carriedOut(
  memory: World['memory'],
  operation: Operation,
  position: number,
): readonly [number, World['memory']] {
  const held = memory[operation.word] ?? 0
  switch (operation.kind) {
    case 'load':
      return [held, memory]
    case 'advance':
      return [position, { ...memory, [operation.word]: position }]
    case 'store':
      return [operation.value, { ...memory, [operation.word]: operation.value }]
    case 'exchange':
      return [held, held === operation.from ? { ...memory, [operation.word]: operation.to } : memory]
  }
}
