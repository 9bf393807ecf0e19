/** The command line: from arguments to what is printed and whether all is well. */

import { parseArgs } from 'node:util'
import type { Clock } from '@ron/kernel/ports/clock'
import { check, checkOne, type Report } from './check.ts'
import type { Checked, Which } from './checked.ts'
import type { Scale } from './model.ts'

const help = `Checks the kernel's state machines in every order of events, and their mutants.

  node loom-sim/dist/main.js [options]

Without options: every model at its short scale, and every mutant of it.

  --model NAME        only this model; may be given more than once
  --deep              at its deep scale, which takes minutes
  --states N          give up, undecided, after so many; 500 000 unless told, or 10 times that deep
  --no-reduction      try every order, also of events that commute
  --mutant 'NAME'     with one --model: this mutant of it, and the schedule that catches it
  --replay 'EVENTS'   with one --model: play this schedule, as a violation prints it
  --list              the models with their laws and mutants
  --help              this text

The exit code is 0 when every law holds and every mutant is caught, else 1.`

const options = {
  model: { type: 'string', multiple: true },
  deep: { type: 'boolean' },
  states: { type: 'string' },
  'no-reduction': { type: 'boolean' },
  mutant: { type: 'string' },
  replay: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const statesMax: Readonly<Record<Scale, number>> = { short: 500_000, deep: 5_000_000 }

/** Prints through `print`, a line at a time. Throws with a sentence for arguments that make no sense. */
export function cli(
  args: readonly string[],
  roster: readonly Checked[],
  clock: Clock,
  print: (line: string) => void,
): boolean {
  const { values } = parseArgs({ args: [...args], options })
  const told = (...reports: readonly Report[]) => {
    for (const { lines } of reports) lines.forEach(print)
    return reports.every(({ ok }) => ok)
  }
  if (values.help === true) return told({ ok: true, lines: [help] })
  const chosen = values.model === undefined ? roster : values.model.map((name) => named(roster, name))
  if (values.list === true) return told({ ok: true, lines: chosen.flatMap(listed) })

  const scale: Scale = values.deep === true ? 'deep' : 'short'
  const bounds = { statesMax: statesOf(values.states, scale), reduce: values['no-reduction'] !== true }
  const { mutant = null, replay } = values
  if (replay !== undefined) return told(replayed(only(chosen, '--replay'), { scale, mutant }, replay))
  if (mutant !== null) {
    return told(checkOne(only(chosen, '--mutant'), { scale, mutant }, bounds, clock))
  }
  // One after the other, so that each is printed when it is known.
  return chosen.map((checked) => told(check(checked, scale, bounds, clock))).every(Boolean)
}

function statesOf(text: string | undefined, scale: Scale): number {
  if (text === undefined) return statesMax[scale]
  const states = Number(text)
  if (Number.isSafeInteger(states) && states > 0) return states
  throw new Error(`--states takes a whole number above 0, not ${text}`)
}

function named(roster: readonly Checked[], name: string): Checked {
  const found = roster.find((checked) => checked.name === name)
  if (found !== undefined) return found
  throw new Error(`no model is named ${name}; there are ${roster.map(({ name }) => name).join(', ')}`)
}

function only(chosen: readonly Checked[], option: string): Checked {
  const [checked] = chosen
  if (checked !== undefined && chosen.length === 1) return checked
  throw new Error(`${option} needs one --model to say whose it is`)
}

function listed({ name, laws, mutants }: Checked): readonly string[] {
  return [name, ...laws.map((law) => `  law: ${law}`), ...mutants.map((mutant) => `  mutant: it ${mutant}`)]
}

function replayed(checked: Checked, which: Which, schedule: string): Report {
  const { lines, broken } = checked.replay(which, schedule)
  return { ok: broken.length === 0, lines: [...lines, ...broken.map((law) => `BROKEN: ${law}`)] }
}
