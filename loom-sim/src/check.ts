/**
 * Checks one subject: the machine must keep every law, its claims of independence must hold, and every mutant
 * must be caught. A mutant that nobody catches means that a law is missing, or that the world is too small.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Checked, Which } from './checked.ts'
import type { Bounds } from './explore.ts'
import type { Scale } from './model.ts'

export interface Report {
  readonly ok: boolean
  readonly lines: readonly string[]
}

/** Everything that must hold of a subject. */
export function check(checked: Checked, scale: Scale, bounds: Bounds, clock: Clock): Report {
  const reports = [
    checkOne(checked, { scale, mutant: null }, bounds, clock),
    checkClaims(checked, bounds),
    checkMutants(checked, bounds),
  ]
  return { ok: reports.every(({ ok }) => ok), lines: reports.flatMap(({ lines }) => lines) }
}

/** The machine or one mutant. A schedule is printed as it can be given to `--replay`. */
export function checkOne(checked: Checked, which: Which, bounds: Bounds, clock: Clock): Report {
  const from = clock.monotonic()
  const found = checked.explore(which, bounds)
  const perSecond = (count: number) => Math.round((count * 1_000) / Math.max(1, clock.monotonic() - from))
  const { states, transitions, spared, depth, complete, violation } = found
  const numbers =
    `${states} states, ${transitions} schedules, ${spared} spared, depth ${depth}; ` +
    `${perSecond(states)} states/s, ${perSecond(transitions)} schedules/s`
  const mutated = which.mutant === null ? '' : ` that ${which.mutant}`
  const name = checked.name + mutated
  if (violation === null) {
    const verdict = complete ? 'ok' : `UNDECIDED, for it has more than ${bounds.statesMax} states`
    return { ok: complete, lines: [`${name}: ${verdict}; ${numbers}`] }
  }
  const { because, schedule } = violation
  const flags = [
    `--model ${checked.name}`,
    ...(which.mutant === null ? [] : [`--mutant '${which.mutant}'`]),
    ...(which.scale === 'deep' ? ['--deep'] : []),
  ]
  return {
    ok: false,
    lines: [
      `${name}: BROKEN after ${schedule.length} steps: ${because}; ${numbers}`,
      `  ${flags.join(' ')} --replay '${schedule.join(' ')}'`,
    ],
  }
}

function checkClaims(checked: Checked, { statesMax }: Bounds): Report {
  const wrong = checked.falseClaim(statesMax)
  return { ok: wrong === null, lines: wrong === null ? [] : [`${checked.name}: FALSE CLAIM: ${wrong}`] }
}

/** At the short scale: a fault that only a large world shows is looked for with `--mutant`. */
function checkMutants(checked: Checked, bounds: Bounds): Report {
  const survivors = checked.mutants.filter(
    (mutant) => checked.explore({ scale: 'short', mutant }, bounds).violation === null,
  )
  const total = checked.mutants.length
  return {
    ok: survivors.length === 0 && total > 0,
    lines: [
      `${checked.name}: ${total - survivors.length} of ${total} mutants killed`,
      ...survivors.map((mutant) => `${checked.name}: SURVIVED: ${mutant}`),
    ],
  }
}
