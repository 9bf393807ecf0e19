/**
 * How the two sides of a ring fall asleep and wake each other without ever losing a wake-up: two pure state
 * machines, one atomic step at a time. A step has an operation on memory, and what the operation returned
 * decides the next step. `ring-writer.ts` and `ring-reader.ts` carry the operations out on Atomics;
 * `loom-sim` carries out the same ones on simulated memory, in every order.
 *
 * The consumer's word `awake` is 0 while it sleeps, as in memory nobody has touched: a new ring is asleep.
 * It is set back to 1 by exactly one side, with a compare-exchange: by the producer, who then owes a wake, or
 * by the consumer that finds a record after all, and then none is owed. So there is at most one wake on its
 * way, and none that nobody sleeps for.
 *
 * The wake has to be a message that waits until it is taken. A futex would lose it: the producer may claim a
 * sleep that begins only later, and notify before there is anyone to hear it.
 */

/**
 * Indexes of the shared words, each on a cache line of its own. Positions count bytes and wrap at 2³²; the
 * difference of two is still right.
 */
export const word = { tail: 0, head: 16, awake: 32 } as const

const asleep = 0
const awake = 1

/** One step's effect. `load` and `exchange` return what the word held. */
export type Operation =
  | { readonly kind: 'load'; readonly word: number }
  /** Stores the side's own position. */
  | { readonly kind: 'advance'; readonly word: number }
  | { readonly kind: 'store'; readonly word: number; readonly value: number }
  /** Compare and exchange. */
  | { readonly kind: 'exchange'; readonly word: number; readonly from: number; readonly to: number }

/** Writes a record at the producer's position, if there is room up to the head last seen; returns 1 if it did. */
export type Fill = { readonly kind: 'fill' }
/** Reads records from the consumer's position, at least one and at most up to the tail just seen; it moves on. */
export type Take = { readonly kind: 'take' }
/** Sends the consumer a wake. */
export type Wake = { readonly kind: 'wake' }
/** Decides whether to look again before falling asleep, now or later; returns 1 if so. Any answer is right. */
export type Linger = { readonly kind: 'linger' }
/** Does nothing, until a wake comes. */
export type Rest = { readonly kind: 'rest' }

const rest: Rest = { kind: 'rest' }
const fill: Fill = { kind: 'fill' }
const take: Take = { kind: 'take' }
const linger: Linger = { kind: 'linger' }
const wake: Wake = { kind: 'wake' }
const loadHead: Operation = { kind: 'load', word: word.head }
const loadTail: Operation = { kind: 'load', word: word.tail }
const loadAwake: Operation = { kind: 'load', word: word.awake }
const moveTail: Operation = { kind: 'advance', word: word.tail }
const moveHead: Operation = { kind: 'advance', word: word.head }
const fallAsleep: Operation = { kind: 'store', word: word.awake, value: asleep }
const riseFromSleep: Operation = { kind: 'exchange', word: word.awake, from: asleep, to: awake }

/** The producer sends one record, from `fill` to `done`. */
export type ProducerStep = 'fill' | 'room' | 'refill' | 'publish' | 'look' | 'claim' | 'wake' | 'done'

export function producerDoes(step: ProducerStep): Operation | Fill | Wake | Rest {
  switch (step) {
    case 'fill':
    case 'refill':
      return fill
    case 'room':
      return loadHead
    case 'publish':
      return moveTail
    case 'look':
      return loadAwake
    case 'claim':
      return riseFromSleep
    case 'wake':
      return wake
    case 'done':
      return rest
  }
}

/** @param seen what the step's operation returned */
export function producerNext(step: ProducerStep, seen: number): ProducerStep {
  switch (step) {
    case 'fill':
      // Only for speed: room that was seen before is still there, and most records need no other.
      return seen === 1 ? 'publish' : 'room'
    case 'room':
      return 'refill'
    case 'refill':
      // Full: nothing was written, so there is nothing to publish.
      return seen === 1 ? 'publish' : 'done'
    case 'publish':
      return 'look'
    case 'look':
      // Only for speed: most records find the consumer awake, and a load is cheaper than an exchange.
      return seen === asleep ? 'claim' : 'done'
    case 'claim':
      return seen === asleep ? 'wake' : 'done'
    case 'wake':
    case 'done':
      return 'done'
  }
}

/** The consumer goes round for ever, and rests in `asleep`. */
export type ConsumerStep = 'look' | 'take' | 'release' | 'linger' | 'announce' | 'recheck' | 'rise' | 'asleep'

export function consumerDoes(step: ConsumerStep): Operation | Take | Linger | Rest {
  switch (step) {
    case 'look':
    case 'recheck':
      return loadTail
    case 'take':
      return take
    case 'release':
      return moveHead
    case 'linger':
      return linger
    case 'announce':
      return fallAsleep
    case 'rise':
      return riseFromSleep
    case 'asleep':
      return rest
  }
}

/**
 * @param seen what the step's operation returned
 * @param position how far the consumer has read
 */
export function consumerNext(step: ConsumerStep, seen: number, position: number): ConsumerStep {
  switch (step) {
    case 'look':
      return seen === position ? 'linger' : 'take'
    case 'take':
      return 'release'
    case 'release':
      return 'look'
    case 'linger':
      return seen === 1 ? 'look' : 'announce'
    case 'announce':
      // A record published before the announcement woke nobody, so the tail is looked at once more.
      return 'recheck'
    case 'recheck':
      return seen === position ? 'asleep' : 'rise'
    case 'rise':
      // Somebody else was faster: the producer claimed this sleep, and its wake is on its way.
      return seen === asleep ? 'look' : 'asleep'
    case 'asleep':
      return 'look'
  }
}
