/** A bundle in force: its text as it came, what it says, and the function it was compiled into. */

import { bodyBreaks, type Bundle, type Decision, type PolicyInput } from './bundle.ts'
import { compile } from './evaluate.ts'
import { parseBundle } from './parse-bundle.ts'

export interface Installed {
  readonly text: string
  readonly bundle: Bundle
  readonly bodyBreaks: readonly number[]
  readonly evaluate: (input: PolicyInput) => Decision
}

/** Reads and compiles a bundle, or throws a `BundleError`. */
export function install(text: string): Installed {
  const bundle = parseBundle(text)
  return { text, bundle, bodyBreaks: bodyBreaks(bundle), evaluate: compile(bundle) }
}

/**
 * Why one bundle may not follow another, or undefined when it may. Versions go up, because decisions are
 * cached under them; the same text again changes nothing and passes. The first bundle may be any.
 */
export function successionFault(current: Installed | undefined, next: Installed): string | undefined {
  if (current === undefined || current.text === next.text) return undefined
  const { version } = current.bundle
  if (next.bundle.version > version) return undefined
  return `version ${next.bundle.version} does not follow version ${version}, which is in force; use ${version + 1} or more`
}
