/** The command line: from arguments to what is printed and whether all is well. It reads no files. */

import { parseArgs } from 'node:util'
import type { Clock } from '@ron/kernel/ports/clock'
import { check, checkOne, type Report } from './check.ts'
import type { Checked, Which } from './checked.ts'
import type { Scale } from './model.ts'
import { runHistories, type Run } from './simulator/histories.ts'

const help = `Checks the kernel's state machines in every order of events, and their mutants.

  node loom-sim/dist/main.js [options]

Without options: every model at its short scale and every mutant of it, then short histories of a simulated
node, among them those that once went wrong.

  --model NAME        only this model; may be given more than once
  --deep              at its deep scale, which takes minutes
  --states N          give up, undecided, after so many; 500 000 unless told, or 10 times that deep
  --no-reduction      try every order, also of events that commute
  --mutant 'NAME'     with one --model: this mutant of it, and the schedule that catches it
  --replay 'EVENTS'   with one --model: play this schedule, as a violation prints it
  --simulate          histories of a whole node with crashes, hangs, late and reordered deliveries
  --seed N            with --simulate: the history of this seed only, event for event
  --steps N           with --simulate: how long the histories are; 1 500 unless told
  --histories N       with --simulate: how many, from seed 1; 40 unless told
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
  simulate: { type: 'boolean' },
  seed: { type: 'string' },
  steps: { type: 'string' },
  histories: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const statesMax: Readonly<Record<Scale, number>> = { short: 500_000, deep: 5_000_000 }
const historiesUsual: Readonly<Record<Scale, number>> = { short: 40, deep: 2_000 }
const stepsUsual = 1_500

export interface Surroundings {
  readonly roster: readonly Checked[]
  /** Histories that once went wrong. */
  readonly regressions: readonly Run[]
  readonly clock: Clock
  /** Called with a line at a time. */
  readonly print: (line: string) => void
}

/** Throws with a sentence for arguments that make no sense. */
export async function cli(
  args: readonly string[],
  { roster, regressions, clock, print }: Surroundings,
): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options })
  const told = (...reports: readonly Report[]) => {
    for (const { lines } of reports) lines.forEach(print)
    return reports.every(({ ok }) => ok)
  }
  if (values.help === true) return told({ ok: true, lines: [help] })
  const chosen = values.model === undefined ? roster : values.model.map((name) => named(roster, name))
  if (values.list === true) return told({ ok: true, lines: chosen.flatMap(listed) })

  const scale: Scale = values.deep === true ? 'deep' : 'short'
  const bounds = {
    statesMax: wholeNumber('--states', values.states) ?? statesMax[scale],
    reduce: values['no-reduction'] !== true,
  }
  const { mutant = null, replay } = values
  if (replay !== undefined) return told(replayed(only(chosen, '--replay'), { scale, mutant }, replay))
  if (mutant !== null) {
    return told(checkOne(only(chosen, '--mutant'), { scale, mutant }, bounds, clock))
  }
  const steps = wholeNumber('--steps', values.steps) ?? stepsUsual
  const seed = wholeNumber('--seed', values.seed)
  if (seed !== null) return runHistories([{ seed, steps }], clock, print, print)
  const histories = wholeNumber('--histories', values.histories) ?? historiesUsual[scale]
  const seeds = Array.from({ length: histories }, (_, at) => ({ seed: at + 1, steps }))
  if (values.simulate === true) return runHistories(seeds, clock, print)
  // One after the other, so that each is printed when it is known.
  const kept = chosen.map((checked) => told(check(checked, scale, bounds, clock))).every(Boolean)
  if (values.model !== undefined) return kept
  return (await runHistories([...regressions, ...seeds], clock, print)) && kept
}

/** Null for an option that was not given. */
function wholeNumber(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new Error(`${option} takes a whole number above 0, not ${text}`)
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
