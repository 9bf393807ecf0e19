/**
 * Holds a model to what it claims about independent events, wherever two may both happen: neither prevents the
 * other, and both orders lead to the same state. What passes here is what `explore` relies on.
 */

import { Keys } from './keys.ts'
import { labelOf } from './label.ts'
import type { Model } from './model.ts'

/** The first claim that does not hold among `statesMax` reachable states, as a sentence, or null. */
export function falseClaim<State extends object, Event>(
  model: Model<State, Event>,
  statesMax: number,
): string | null {
  const { independent, events, step } = model
  if (independent === undefined) return null
  const keys = new Keys()
  const seen = new Map([[keys.of(model.initial), model.initial]])
  const may = (state: State, wanted: Event) =>
    events(state).some((event) => keys.of(event) === keys.of(wanted))
  const swappable = (state: State, one: Event, other: Event): boolean => {
    const [oneFirst, otherFirst] = [step(state, one), step(state, other)]
    if (!may(oneFirst, other) || !may(otherFirst, one)) return false
    return keys.of(step(oneFirst, other)) === keys.of(step(otherFirst, one))
  }
  for (const state of seen.values()) {
    const possible = events(state)
    for (const [at, one] of possible.entries()) {
      for (const other of possible.slice(at + 1)) {
        if (!independent(one, other) || swappable(state, one, other)) continue
        return `${labelOf(one)} and ${labelOf(other)} do not commute in ${JSON.stringify(state)}`
      }
      const next = step(state, one)
      if (seen.size < statesMax) seen.set(keys.of(next), next)
    }
  }
  return null
}
