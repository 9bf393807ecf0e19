/**
 * A subject with its types closed over, so that machines of every kind stand in one roster and can be
 * checked, broken and replayed by name.
 */

import { falseClaim } from './commutes.ts'
import { explore, type Bounds, type Exploration } from './explore.ts'
import { labelOf } from './label.ts'
import type { Scale, Subject } from './model.ts'
import { replay, type Replayed } from './replay.ts'

/** The machine itself, or a mutant by its name. */
export type Which = { readonly scale: Scale; readonly mutant: string | null }

export interface Checked {
  readonly name: string
  readonly laws: readonly string[]
  readonly mutants: readonly string[]
  /** Events are labels. */
  explore(which: Which, bounds: Bounds): Exploration<string>
  /** Throws with a sentence when the schedule cannot be played. */
  replay(which: Which, schedule: string): Replayed
  /** A claim of independence that does not hold, or null. */
  falseClaim(statesMax: number): string | null
}

export function subject<Machine, State extends object, Event>({
  name,
  machine,
  model,
  mutants,
}: Subject<Machine, State, Event>): Checked {
  const modelOf = ({ scale, mutant }: Which) => {
    if (mutant === null) return model(machine, scale)
    const broken = mutants[mutant]
    if (broken === undefined) throw new Error(`${name} has no mutant '${mutant}'`)
    return model(broken, scale)
  }
  return {
    name,
    get laws() {
      return Object.keys(model(machine, 'short').laws)
    },
    mutants: Object.keys(mutants),
    explore(which, bounds) {
      const { violation, ...more } = explore(modelOf(which), bounds)
      if (violation === null) return { ...more, violation }
      return { ...more, violation: { ...violation, schedule: violation.schedule.map(labelOf) } }
    },
    replay: (which, schedule) => replay(modelOf(which), schedule),
    falseClaim: (statesMax) => falseClaim(model(machine, 'short'), statesMax),
  }
}
