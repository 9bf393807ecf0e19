/**
 * A small model checker. It visits every state that some order of events can reach, breadth first, so the
 * trace to a violation is one of the shortest. It knows nothing of what it checks: a model says what may
 * happen, what must never be, and where it is right to come to rest.
 */

export interface Model<State extends object, Event> {
  readonly name: string
  readonly initial: State
  /** What may happen next, whoever does it. */
  readonly events: (state: State) => readonly Event[]
  /** Pure. A state is plain data; two with the same JSON are one. */
  readonly step: (state: State, event: Event) => State
  /** What is wrong with this state, or null. */
  readonly invariant: (state: State) => string | null
  /** From every reachable state, one where this holds must stay reachable. */
  readonly settled: (state: State) => boolean
}

export interface Exploration {
  readonly name: string
  readonly states: number
  readonly transitions: number
  readonly violation: Violation | null
}

interface Violation {
  readonly because: string
  /** The initial state, then each event with what it changed. */
  readonly trace: readonly string[]
}

interface Visit<State> {
  readonly state: State
  /** The visit this one was first reached from, and how. */
  readonly from: number
  readonly by: string
  /** Every visit with a step to this one. */
  readonly before: number[]
}

/** Visits at most `statesMax` states; needing more is a violation, for then nothing has been shown. */
export function explore<State extends object, Event>(
  model: Model<State, Event>,
  statesMax: number,
): Exploration {
  const visits: Visit<State>[] = []
  const known = new Map<string, number>()
  let transitions = 0

  const visit = (state: State, from: number, by: string) => {
    const key = JSON.stringify(state)
    const at = known.get(key) ?? visits.length
    if (at === visits.length) {
      known.set(key, at)
      visits.push({ state, from, by, before: [] })
    }
    if (from >= 0) visits[at]?.before.push(from)
  }
  const result = (because: string | null, at: number): Exploration => ({
    name: model.name,
    states: visits.length,
    transitions,
    violation: because === null ? null : { because, trace: traceTo(visits, at) },
  })

  visit(model.initial, -1, 'initially')
  // The list of visits is also the queue: what is found is appended, what is looked at moves on.
  for (const [at, { state }] of visits.entries()) {
    const because = model.invariant(state)
    if (because !== null) return result(because, at)
    if (visits.length > statesMax) return result(`more than ${statesMax} states`, at)
    for (const event of model.events(state)) {
      transitions++
      visit(model.step(state, event), at, JSON.stringify(event))
    }
  }
  const stuck = firstStuck(visits, model.settled)
  return stuck < 0 ? result(null, 0) : result('no settled state can be reached any more', stuck)
}

/** Walks back from the settled states; whoever is not met on the way can never settle. */
function firstStuck<State>(visits: readonly Visit<State>[], settled: (state: State) => boolean): number {
  const met = new Set(visits.flatMap(({ state }, at) => (settled(state) ? [at] : [])))
  for (const at of met) for (const before of visits[at]?.before ?? []) met.add(before)
  return visits.findIndex((_, at) => !met.has(at))
}

function traceTo<State extends object>(visits: readonly Visit<State>[], last: number): readonly string[] {
  const trace: string[] = []
  for (let at = last, visit = visits[at]; visit !== undefined; at = visit.from, visit = visits[at]) {
    trace.unshift(`${visit.by} → ${JSON.stringify(changed(visits[visit.from]?.state, visit.state))}`)
  }
  return trace
}

function changed(before: object | undefined, after: object): object {
  if (before === undefined) return after
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(Reflect.get(before, name)) !== JSON.stringify(value)
  return Object.fromEntries(Object.entries(after).filter(differs))
}
