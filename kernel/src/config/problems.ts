/** What can be wrong with a configuration, as data, and the one place that turns it into text. */

import { redactText } from '../log/redact.ts'

/** Where a value came from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'bundle'; readonly version: number; readonly part: string }

export type ProblemKind =
  | 'unreadable'
  | 'unknown'
  | 'misplaced'
  | 'malformed'
  | 'out-of-range'
  | 'missing'
  | 'conflict'
  | 'unsupported'
  | 'too-many'

export interface Problem {
  readonly kind: ProblemKind
  /** The setting as `section.key`, or null when the name is not one of ours. */
  readonly key: string | null
  readonly source: Source
  /** A sentence that names the thing, the limit and the fix. */
  readonly message: string
}

/** A start is refused with at most this many problems: a file of noise must not become a log of noise. */
export const problemsMax = 100

/** `default`, `file /etc/ron.toml`, `env MICRO_AMNESIA`, `flag --bind`. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'default'
    case 'file':
      return `file ${source.path.replace(/\p{Cc}/gu, ' ')}`
    case 'env':
      return `env ${source.name}`
    case 'flag':
      return `flag ${source.flag}`
    case 'bundle':
      return `bundle ${source.version}: ${source.part}`
  }
}

/** The text a person reads when a start is refused. */
export function problemsText(program: string, problems: readonly Problem[]): string {
  const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return [
    `${program}: the configuration has ${many}, nothing was started`,
    ...problems.map((problem) => `  - ${problem.message}`),
  ].join('\n')
}

/** A value as it may stand in a message: quoted, on one line, short, and not a token pasted by mistake. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clip(redactText(value)))
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  if (value instanceof Date) return 'a date'
  return Array.isArray(value) ? 'a list' : 'a table'
}

/** A name that is not ours, as it may stand in a message. */
export function shownName(name: string): string {
  return JSON.stringify(clip(redactText(name))).slice(1, -1)
}

function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}
