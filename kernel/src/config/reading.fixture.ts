/** A configuration read from literals, for tests: the real loader over a file and environment that are values. */

import { bytes, count, duration, section, text } from '../contract/settings.ts'
import type { FileText } from '../system/files.ts'
import { loadConfig, type Loaded } from './load.ts'
import type { NodeConfig } from './node-config.ts'
import { profiles, type Profile } from './profiles.ts'
import type { Override, Sources } from './sources.ts'

export interface Given {
  readonly profile?: Profile
  readonly env?: Readonly<Record<string, string>>
  /** The content of `/etc/ron.toml`, which `--config` then names. */
  readonly toml?: string
  readonly overrides?: readonly Override[]
  readonly bundle?: Sources['bundle']
}

/** Sections as services declare them. */
export const serviceSections = {
  storage: section({ bytesMax: bytes({ default: '512MiB', minimum: '1MiB', doc: 'Most the node keeps.' }) }),
  'zk-verify': section({
    batchMax: count({ default: 32, maximum: 64, doc: 'Proofs in a batch.' }),
    waitMs: duration({ default: '5ms', doc: 'How long a batch waits to fill.' }),
    motto: text({ default: '', doc: 'Words.' }),
  }),
}

export function read({
  profile = profiles.micro,
  env = {},
  toml,
  overrides = [],
  bundle = null,
}: Given): Loaded {
  const readFile = (path: string): FileText =>
    toml !== undefined && path === '/etc/ron.toml'
      ? { ok: true, text: toml }
      : { ok: false, because: 'does not exist' }
  const configPath = toml === undefined ? null : '/etc/ron.toml'
  return loadConfig({
    profile,
    sections: serviceSections,
    sources: { env, configPath, overrides, readFile, bundle },
  })
}

/** The configuration, when nothing is wrong with it. */
export function good(given: Given): NodeConfig {
  const loaded = read(given)
  if (loaded.ok) return loaded.config
  throw new Error(loaded.problems.map((problem) => problem.message).join('\n'))
}

/** The messages of what is wrong, in order. */
export function complaints(given: Given): string[] {
  const loaded = read(given)
  return loaded.ok ? [] : loaded.problems.map((problem) => problem.message)
}
