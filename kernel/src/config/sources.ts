/**
 * What a configuration is read from, and what each of the three places that may change a default (file,
 * environment, command line) yields: assignments to settings, and problems with names.
 */

import type { Bundle } from '../bundle/manifest.ts'
import type { FileText } from '../system/files.ts'
import type { Setting } from './catalogue.ts'
import type { ReadValue } from './check-value.ts'
import type { Problem, Source } from './problems.ts'

/** Everything a configuration is read from, apart from the defaults. */
export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `--config` names; else the environment may name one. */
  readonly configPath: string | null
  readonly overrides: readonly Override[]
  readonly readFile: (path: string) => FileText
  /** The signed bundle that governs, if one does. It has the last word. */
  readonly bundle?: Pick<Bundle, 'version' | 'parts'> | null
}

/** `--max-conns 2048` or `--set limits.max_conns=2048`. */
export interface Override {
  readonly key: string
  readonly text: string
  /** As the person wrote it: `--max-conns` or `--set`. */
  readonly flag: string
}

export interface Assignment {
  readonly setting: Setting
  readonly source: Source
  readonly value: ReadValue
}

export type Layer = Iterable<Assignment | Problem>

/** The answer to a setting that is read from the file only. */
export function misplaced(setting: Setting, source: Source, name: string): Problem {
  const message =
    `${name} is not accepted: ${setting.fileOnly ?? ''}; ` +
    `set ${setting.key} in a config file and name the file with --config`
  return { kind: 'misplaced', key: setting.key, source, message }
}
