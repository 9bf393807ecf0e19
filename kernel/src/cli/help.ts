/** The end of the help text: precedence, exit codes, examples, and every setting with its variable. */

import { configFileVariable, type Catalogue } from '../config/catalogue.ts'
import { writtenValue } from '../config/written-value.ts'

export function helpEnding(program: string, known: Catalogue): string {
  const { id, envPrefix } = known.profile
  const file = configFileVariable(known.profile)
  return `
Settings come from their defaults, then the file, then the environment, then flags; the last one
wins. Sizes are written 64KiB or 1MiB, durations 250ms, 5s or 2m, lists 1000,1001. A variable that
begins with ${envPrefix} and is not known refuses the start.

Exit codes: 0 all is well, 1 the machine is not, 2 the command line or the configuration is wrong.

Examples:
  ${program} --profile ${id}
  ${program} --profile ${id} --bind 127.0.0.1:8080 --metrics 127.0.0.1:9090
  ${program} --profile ${id} --config ./node.toml --set log.level=debug
  ${envPrefix}LOG_FORMAT=pretty ${program} --profile ${id} run
  ${file}=./node.toml ${program} --profile ${id} config print --json
  ${program} --profile ${id} config explain ${envPrefix}MAX_BODY_BYTES

Every setting: variable, key, default
${settingsTable(known)}`
}

function settingsTable(known: Catalogue): string {
  const rows = known.settings.map((setting) => ({
    variable: setting.fileOnly === null ? setting.envName : '(config file only)',
    key: setting.key,
    value: writtenValue(setting, setting.default),
  }))
  const variableWidth = Math.max(...rows.map(({ variable }) => variable.length))
  const keyWidth = Math.max(...rows.map(({ key }) => key.length))
  return rows
    .map(({ variable, key, value }) =>
      `  ${variable.padEnd(variableWidth)}  ${key.padEnd(keyWidth)}  ${value}`.trimEnd(),
    )
    .join('\n')
}
