/** The state of a mailbox in a form that tests compare: the records a snapshot is made of, as texts. */

import { journalPlace, system } from '../../testing.ts'
import { openState, type State, type StateLimits } from '../journal/state.ts'

export function recordsOf(state: State): string[] {
  return Array.from(state.snapshot(), (record) => Buffer.from(record).toString('latin1'))
}

/** Another state, from a snapshot of this one and nothing else. */
export function rebuiltFrom(state: State, limits: StateLimits): State {
  const place = journalPlace(2 ** 20)
  const journal = place.open()
  journal.replay(() => {})
  journal.compact(state.snapshot())
  return openState(limits, place.open(), system.log)
}
