/** The commander program: which commands and options there are, and how they describe themselves. */

import { Command, Option } from 'commander'
import { configFileVariable, type Catalogue, type Setting } from '../config/catalogue.ts'
import { didYouMean } from '../config/nearest.ts'
import { shownName } from '../config/problems.ts'
import { profiles, type ProfileId } from '../config/profiles.ts'
import type { Unit } from '../contract/settings.ts'
import { writtenValue } from '../config/written-value.ts'
import { helpEnding } from './help.ts'

export type Action =
  | { readonly name: 'run' }
  | { readonly name: 'check' | 'config print' | 'config validate' | 'doctor' | 'version' }
  | { readonly name: 'config explain'; readonly key: string }

/** What the program's options leave behind; options that name a setting are read by their flag. */
export interface Options {
  readonly profile: ProfileId
  readonly set: readonly string[]
  readonly config?: string
  readonly json?: boolean
  readonly version?: boolean
}

/** As people call it; the same after `npm start --`. */
export const PROGRAM = 'node kernel/dist/main.js'

/** `choose` is told the command, `write` the help; a complaint is thrown as a `CommanderError`. */
export function declareProgram(
  known: Catalogue,
  choose: (action: Action) => void,
  write: (help: string) => void,
): Command {
  const program = new Command(PROGRAM)
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: () => undefined,
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'show the help of a command')
    .helpOption('-h, --help', 'show this help')
    .description(
      `Runs a ${known.profile.name}: objects, feeds and queues, graph and search behind a capability wall.`,
    )
    .addHelpText('after', helpEnding(PROGRAM, known))
  declareOptions(program, known)
  declareCommands(program, known, choose)
  return program
}

/** The settings that have a flag of their own. */
export function flaggedSettings(known: Catalogue): { setting: Setting; flag: string }[] {
  return known.settings.flatMap((setting) => {
    return setting.flagName === null ? [] : [{ setting, flag: setting.flagName }]
  })
}

function declareCommands(program: Command, known: Catalogue, choose: (action: Action) => void): void {
  program
    .command('run')
    .description('start the node and serve until SIGINT or SIGTERM (the default)')
    .addHelpText('after', helpEnding(PROGRAM, known))
    .action(() => choose({ name: 'run' }))
  program
    .command('check')
    .description('check that a start would succeed: configuration, native modules, files')
    .action(() => choose({ name: 'check' }))
  const config = program.command('config').description('print, validate or explain the configuration')
  config
    .command('print')
    .description('print the effective configuration as TOML, with the source of each changed value')
    .action(() => choose({ name: 'config print' }))
  config
    .command('validate')
    .description('report everything that is wrong with the configuration')
    .action(() => choose({ name: 'config validate' }))
  config
    .command('explain')
    .description('tell everything known about one setting, and which source won')
    .argument('<key>', 'a key such as limits.max_conns, or its variable or flag')
    .action((key: string) => choose({ name: 'config explain', key }))
  otherwise(config, () => config.error('config needs one of print, validate or explain KEY'))
  program
    .command('doctor')
    .description('examine this machine and say how to mend what is wrong')
    .action(() => choose({ name: 'doctor' }))
  program
    .command('version')
    .description('print the version, the commit and what was built in')
    .action(() => choose({ name: 'version' }))
  otherwise(program, () => choose({ name: 'run' }))
}

/** What a command does without a subcommand, declared after those: they would inherit that it takes any word. */
function otherwise(command: Command, act: () => void): void {
  command.allowExcessArguments().action(() => {
    const [stranger] = command.args
    if (stranger === undefined) return act()
    const names = command.commands.map((child) => child.name())
    const guess = didYouMean(stranger, names) || `; the commands are ${names.join(', ')}`
    return command.error(`${shownName(stranger)} is not a command${guess}`)
  })
}

function declareOptions(program: Command, known: Catalogue): void {
  program.addOption(
    new Option('--profile <id>', 'micro: one tenant, RAM only; macro: many tenants, governed')
      .choices(Object.keys(profiles))
      .default('micro'),
  )
  program.option('--config <file>', `TOML file with settings [${configFileVariable(known.profile)}]`)
  for (const { setting, flag } of flaggedSettings(known)) {
    const byDefault = setting.default === '' ? 'none' : writtenValue(setting, setting.default)
    program.option(
      `${flag}${PLACEHOLDERS[setting.unit]}`,
      `${setting.doc} [${setting.envName}, default ${byDefault}]`,
    )
  }
  const gather = (pair: string, earlier: readonly string[]): string[] => [...earlier, pair]
  program.addOption(
    new Option('--set <key=value>', 'any setting by its key; may be repeated, the last one wins')
      .argParser(gather)
      .default([], 'none'),
  )
  // Taken off by `main.ts` before a command line is read; named here for the help.
  program.option('--guard', 'run under a small parent process that starts the node again if it dies')
  program.option('--json', 'print JSON for programs instead of text for people')
  program.option('-V, --version', 'the same as the command version')
}

/** A flag takes no value. */
const PLACEHOLDERS: Readonly<Record<Unit, string>> = {
  bytes: ' <size>',
  ms: ' <duration>',
  count: ' <n>',
  flag: '',
  text: ' <text>',
  path: ' <file>',
  socket: ' <host:port>',
  choice: ' <word>',
  list: ' <a,b>',
}
