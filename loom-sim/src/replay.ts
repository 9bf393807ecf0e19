/** Plays one schedule of a model and writes down what each event changes. */

import { labelOf } from './label.ts'
import type { Model } from './model.ts'

export interface Replayed {
  /** The initial state, then each event with what it changed. */
  readonly lines: readonly string[]
  /** The laws that are broken where it ends. */
  readonly broken: readonly string[]
}

/** Throws with a sentence when the schedule asks for what may not happen at that moment. */
export function replay<State extends object, Event>(model: Model<State, Event>, schedule: string): Replayed {
  let state = model.initial
  const lines = [`initially ${JSON.stringify(state)}`]
  for (let rest = schedule.trim(); rest !== '';) {
    const event = nextEvent(model.events(state), rest, lines.length)
    const next = model.step(state, event)
    lines.push(`${labelOf(event)} → ${JSON.stringify(changed(state, next))}`)
    state = next
    rest = rest.slice(labelOf(event).length).trimStart()
  }
  const broken = Object.entries(model.laws).filter(([, holds]) => !holds(state))
  return { lines, broken: broken.map(([law]) => law) }
}

/** A label may hold spaces, so it is the events that say where one ends. */
function nextEvent<Event>(events: readonly Event[], rest: string, step: number): Event {
  const matches = events.filter((event) => `${rest} `.startsWith(`${labelOf(event)} `))
  const [longest] = matches.toSorted((one, other) => labelOf(other).length - labelOf(one).length)
  if (longest !== undefined) return longest
  const possible = events.map(labelOf).join(', ')
  throw new Error(
    `step ${step}: '${rest}' does not begin with what may happen here: ${possible || 'nothing'}`,
  )
}

function changed(before: object, after: object): object {
  const was = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]))
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => was.get(name) !== JSON.stringify(value)),
  )
}
