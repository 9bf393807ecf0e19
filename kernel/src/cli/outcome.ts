/** What a command that ends has to say: to a person, to a program, and to the shell. */

import type { Loaded } from '../config/load.ts'
import { problemsText } from '../config/problems.ts'

export const exitCodes = {
  ok: 0,
  /** Something about the machine is wrong. */
  unwell: 1,
  /** The command line or the configuration is wrong; nothing was started. */
  refused: 2,
} as const

export interface Outcome {
  readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes]
  /** Without a final line break. */
  readonly text: string
  readonly json: unknown
}

/** What is printed, with `--json` or without. */
export function printedOutcome(outcome: Outcome, json: boolean): string {
  return `${json ? JSON.stringify(outcome.json, null, 2) : outcome.text}\n`
}

/** The refusal of a command line. */
export function refusedUsage(message: string): Outcome {
  return { exitCode: exitCodes.refused, text: message, json: { ok: false, message } }
}

/** The refusal of a configuration with problems; `version`, `doctor` and `config explain` do without a sound one. */
export function refusedConfig(loaded: Loaded & { readonly ok: false }): Outcome {
  return {
    exitCode: exitCodes.refused,
    text: problemsText(loaded.catalogue.profile.name, loaded.problems),
    json: { ok: false, problems: loaded.problems },
  }
}
