/**
 * The command line: what to do, with which profile, and which settings it overrides. Pure: arguments in,
 * an invocation, a help text or a complaint out. Values are read later, with those of the other sources.
 */

import { CommanderError, type Command } from 'commander'
import { catalogue, type Catalogue, type Sections } from '../config/catalogue.ts'
import { nodeSections } from '../config/node-sections.ts'
import { shownName } from '../config/problems.ts'
import { profiles, type Profile, type ProfileId } from '../config/profiles.ts'
import type { Override } from '../config/sources.ts'
import { declareProgram, flaggedSettings, PROGRAM, type Action, type Options } from './program.ts'

export interface Invocation {
  readonly profile: Profile
  /** What `--config` names, or null. */
  readonly configPath: string | null
  readonly overrides: readonly Override[]
  readonly json: boolean
  readonly action: Action
}

export type Parsed =
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'help'; readonly text: string }
  /** The command line is wrong: a sentence, and where to look. */
  | { readonly kind: 'usage'; readonly message: string; readonly json: boolean }

/** `argv` is what follows the script. The services' sections are named in the help. */
export function parseArguments(argv: readonly string[], sections: Sections): Parsed {
  // The profile decides the names of variables in the help, and is itself on the command line.
  const first = parseAs('micro', argv, sections)
  return first.profileId === 'micro' ? first.parsed : parseAs(first.profileId, argv, sections).parsed
}

function parseAs(id: ProfileId, argv: readonly string[], sections: Sections) {
  const known = catalogue(profiles[id], { ...nodeSections, ...sections })
  const help: string[] = []
  const chosen: Action[] = []
  const program = declareProgram(
    known,
    (action) => chosen.push(action),
    (text) => help.push(text),
  )
  const ending = endedEarly(program, argv, help)
  const parsed = ending ?? { kind: 'invocation' as const, invocation: invocationOf(known, program, chosen) }
  return { parsed, profileId: program.opts<Options>().profile }
}

/** Parses; what keeps the node from going on is a request for help or a wrong command line. */
function endedEarly(program: Command, argv: readonly string[], help: readonly string[]): Parsed | null {
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'help', text: help.join('').trimEnd() }
    return usage(argv, error.message.replace(/^error: /, ''))
  }
  const badPair = program.opts<Options>().set.find((pair) => !/^[^=]+=/.test(pair))
  if (badPair === undefined) return null
  return usage(argv, `--set ${shownName(badPair)} is not key=value; for example --set limits.max_conns=2048`)
}

function invocationOf(known: Catalogue, program: Command, chosen: readonly Action[]): Invocation {
  const options = program.opts<Options>()
  const [action = { name: 'run' }] = chosen
  return {
    profile: known.profile,
    configPath: options.config ?? null,
    overrides: [...namedOverrides(known, program), ...options.set.map(setOverride)],
    json: options.json === true,
    action: options.version === true ? { name: 'version' } : action,
  }
}

function namedOverrides(known: Catalogue, program: Command): Override[] {
  return flaggedSettings(known).flatMap(({ setting, flag }) => {
    const option = program.options.find(({ long }) => long === flag)
    const value: unknown = option && program.getOptionValue(option.attributeName())
    if (typeof value !== 'string' && typeof value !== 'boolean') return []
    return [{ key: setting.key, text: String(value), flag }]
  })
}

function setOverride(pair: string): Override {
  const at = pair.indexOf('=')
  return { key: pair.slice(0, at).trim(), text: pair.slice(at + 1), flag: '--set' }
}

function usage(argv: readonly string[], message: string): Parsed {
  return { kind: 'usage', message: `${message}\nTry: ${PROGRAM} --help`, json: argv.includes('--json') }
}
