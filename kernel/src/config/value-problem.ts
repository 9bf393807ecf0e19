/** A value that could not be read, told in the words and syntax of the place it was written in. */

import type { Setting } from './catalogue.ts'
import type { Complaint } from './check-value.ts'
import { shownName, type Problem, type Source } from './problems.ts'
import type { Assignment } from './sources.ts'
import { exampleOf, tomlLine, writtenValue } from './written-value.ts'

/** `MICRO_MAX_BODY_BYTES (limits.max_body_bytes) is 2MiB, above the most allowed, 1MiB; for example …` */
export function valueProblem({ setting, source }: Assignment, { kind, because }: Complaint): Problem {
  const message = `${subject(setting, source)} ${because}; for example ${exampleFor(setting, source)}`
  return { kind, key: setting.key, source, message }
}

function subject({ key }: Setting, source: Source): string {
  if (source.kind === 'file') return `${key} in ${shownName(source.path)}`
  if (source.kind === 'bundle') return `${key} in ${source.part}`
  return source.kind === 'env' ? `${source.name} (${key})` : key
}

/** The example in the syntax of the place to mend. */
function exampleFor(setting: Setting, source: Source): string {
  const example = exampleOf(setting)
  if (source.kind === 'file' || source.kind === 'bundle') return tomlLine(setting, setting.name, example)
  const written = writtenValue(setting, example)
  if (source.kind === 'env') return `${source.name}=${written}`
  const ownFlag = source.kind === 'flag' && source.flag === setting.flagName
  return ownFlag ? `${source.flag} ${written}` : `--set ${setting.key}=${written}`
}
