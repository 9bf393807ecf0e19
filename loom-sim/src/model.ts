/**
 * What the checker checks: a pure machine of the kernel in a small world of actors that may do anything they
 * can do at any moment. A model holds for one machine; a subject is that machine with the ways to break it.
 */

export interface Model<State extends object, Event> {
  readonly initial: State
  /** What may happen next, whoever does it. The same state always gives the same events in the same order. */
  readonly events: (state: State) => readonly Event[]
  /** Pure. A state is plain data, and so is an event; equal data is one state. */
  readonly step: (state: State, event: Event) => State
  /** What holds in every state that can be reached, each law under the sentence that says it. */
  readonly laws: Readonly<Record<string, (state: State) => boolean>>
  /** Where it is right to come to rest. From every reachable state such a state must stay reachable. */
  readonly settled: (state: State) => boolean
  /**
   * Whether two events may be swapped: wherever both may happen, neither prevents the other, and both orders
   * lead to the same state. The checker then tries one order only. Without it every order is tried. A claim
   * that does not hold would hide states, so `commutes.ts` tests it in every reachable state.
   */
  readonly independent?: (one: Event, other: Event) => boolean
}

/** `npm test` explores the short one in seconds, `npm run loom` the deep one in minutes. */
export type Scale = 'short' | 'deep'

/**
 * A machine is the function, or the few functions, that the kernel itself runs. The model takes it as a
 * parameter, so a mutant is the same world around a machine with one check, fence or order taken out.
 */
export interface Subject<Machine, State extends object, Event> {
  readonly name: string
  readonly machine: Machine
  readonly model: (machine: Machine, scale: Scale) => Model<State, Event>
  /** Each under a phrase that says what it does wrong. The checker must find a fault in every one. */
  readonly mutants: Readonly<Record<string, Machine>>
}
