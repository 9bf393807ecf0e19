/**
 * The model checker. It visits every state that some order of events can reach, breadth first, so the
 * schedule of a violation is one of the shortest. It knows nothing of what it checks.
 *
 * Events that commute need only be tried in one order. That is what sleep sets are for: having tried `a` and
 * then `b` from a state, the search lets `a` sleep on the way through `b`, until an event that does not commute
 * with it wakes it. (Godefroid: "Partial-Order Methods for the Verification of Concurrent Systems", LNCS 1032,
 * 1996, chapter 5.) Every state is still reached, at its shortest distance, by fewer steps.
 *
 * With states remembered there is a trap: one that is met again with fewer events asleep would have to be
 * looked at again, or what lies behind these would be missed (Godefroid, Holzmann, Pirottin: "State-Space
 * Caching Revisited", CAV 1992). That is so depth first. Breadth first the first look is enough:
 *
 *     Call a path smaller when it is shorter, or as long and comes first in the order in which events are tried.
 *     Breadth first, states are met by smaller paths first. Let `p·t` be the smallest of all paths to a state.
 *     Then `p` is the smallest to its own end, where by induction the search arrived by `p`. Were `t` asleep there,
 *     it would have been tried further up in `p`, before the next event of `p`, and would commute with all that
 *     follow: moved up to that place it gives a smaller path to the same state, which there is not.
 */

import assert from 'node:assert/strict'
import { Alphabet } from './alphabet.ts'
import { Keys } from './keys.ts'
import type { Model } from './model.ts'
import { Paths } from './paths.ts'

export interface Exploration<Event> {
  readonly states: number
  /** Steps taken: each is the end of one schedule that was tried. */
  readonly transitions: number
  /** Steps not taken, for they end another order of events that commute. */
  readonly spared: number
  /** Events on the longest of the shortest ways to a state. */
  readonly depth: number
  /** False when there were more states than allowed: what was not visited may hold anything. */
  readonly complete: boolean
  readonly violation: Violation<Event> | null
}

interface Violation<Event> {
  /** The law that is broken. */
  readonly because: string
  /** From the initial state, and one of the shortest. */
  readonly schedule: readonly Event[]
}

export interface Bounds {
  readonly statesMax: number
  /** False tries every order of events, whether they commute or not. */
  readonly reduce: boolean
}

/** The two laws of every model, beside its own. */
export const noDeadlock = 'where nothing can happen, all is settled'
export const settles = 'a settled state can always still be reached'

export function explore<State extends object, Event>(
  model: Model<State, Event>,
  bounds: Bounds,
): Exploration<Event> {
  return new Search(model, bounds).run()
}

interface Visit<State, Event> {
  readonly state: State
  /** The visit this one was first reached from, -1 for none, and how. */
  readonly from: number
  readonly by: Event | null
  readonly depth: number
  /** Events not to try from here, for another order of them reaches the same. */
  readonly asleep: bigint
}

const nothingCommutes = () => false

class Search<State extends object, Event> {
  readonly #model: Model<State, Event>
  readonly #laws: readonly (readonly [string, (state: State) => boolean])[]
  readonly #statesMax: number
  readonly #alphabet: Alphabet<Event>
  readonly #keys = new Keys()
  readonly #known = new Map<string, number>()
  /** Also the queue: what is found is appended, what is looked at moves on. */
  readonly #visits: Visit<State, Event>[] = []
  readonly #paths = new Paths()
  #transitions = 0
  #possible = 0

  constructor(model: Model<State, Event>, { statesMax, reduce }: Bounds) {
    this.#model = model
    this.#laws = Object.entries(model.laws)
    this.#statesMax = statesMax
    this.#alphabet = new Alphabet((reduce ? model.independent : undefined) ?? nothingCommutes)
  }

  run(): Exploration<Event> {
    this.#arrive(this.#model.initial, -1, null, 0n)
    for (const [at, visit] of this.#visits.entries()) {
      if (this.#visits.length > this.#statesMax) return this.#result(null)
      const events = this.#model.events(visit.state)
      const broken = this.#brokenLaw(visit.state, events.length)
      if (broken !== null) return this.#result({ because: broken, schedule: this.#scheduleTo(at) })
      this.#tryAll(at, visit, events)
    }
    const stuck = this.#firstStuck()
    return this.#result(stuck === undefined ? null : { because: settles, schedule: this.#scheduleTo(stuck) })
  }

  #tryAll(at: number, visit: Visit<State, Event>, events: readonly Event[]): void {
    let { asleep } = visit
    this.#possible += events.length
    for (const event of events) {
      const { bit, commuting } = this.#alphabet.letter(event)
      if ((visit.asleep & bit) !== 0n) continue
      this.#transitions++
      this.#arrive(this.#model.step(visit.state, event), at, event, asleep & commuting)
      asleep |= bit
    }
  }

  #arrive(state: State, from: number, by: Event | null, asleep: bigint): void {
    const key = this.#keys.of(state)
    const known = this.#known.get(key)
    const at = known ?? this.#visits.length
    if (from >= 0) this.#paths.add(from, at)
    if (known !== undefined) return
    const depth = (this.#visits[from]?.depth ?? -1) + 1
    this.#known.set(key, at)
    this.#visits.push({ state, from, by, depth, asleep })
  }

  #brokenLaw(state: State, possible: number): string | null {
    const broken = this.#laws.find(([, holds]) => !holds(state))
    if (broken !== undefined) return broken[0]
    return possible === 0 && !this.#model.settled(state) ? noDeadlock : null
  }

  /**
   * Sleep sets reach every state, but not over every path, and whether a state can still settle is a question
   * of paths. So those that seem unable to are given the steps they were spared, the furthest ones first, for
   * most need only one to a state that is known to settle.
   */
  #firstStuck(): number | undefined {
    for (const [at, { state }] of this.#visits.entries()) {
      if (this.#model.settled(state)) this.#paths.goal(at)
    }
    for (let at = this.#visits.length - 1; at >= 0; at--) {
      if (!this.#paths.reaches(at)) this.#takeSparedSteps(at)
    }
    return Array.from(this.#visits.keys()).find((at) => !this.#paths.reaches(at))
  }

  #takeSparedSteps(at: number): void {
    const { state, asleep } = this.#visit(at)
    for (const event of this.#model.events(state)) {
      if (this.#paths.reaches(at)) return
      if ((asleep & this.#alphabet.letter(event).bit) === 0n) continue
      this.#transitions++
      const to = this.#known.get(this.#keys.of(this.#model.step(state, event)))
      assert(to !== undefined, 'events said to be independent are not: a state was missed')
      this.#paths.add(at, to)
    }
  }

  #result(violation: Violation<Event> | null): Exploration<Event> {
    return {
      states: this.#visits.length,
      transitions: this.#transitions,
      spared: this.#possible - this.#transitions,
      depth: this.#visits.at(-1)?.depth ?? 0,
      complete: this.#visits.length <= this.#statesMax,
      violation,
    }
  }

  #scheduleTo(last: number): readonly Event[] {
    const schedule: Event[] = []
    for (let at = last; at > 0; at = this.#visit(at).from) {
      const { by } = this.#visit(at)
      if (by !== null) schedule.unshift(by)
    }
    return schedule
  }

  #visit(at: number): Visit<State, Event> {
    const visit = this.#visits[at]
    assert(visit !== undefined)
    return visit
  }
}
