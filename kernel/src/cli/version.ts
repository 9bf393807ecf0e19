/** What was built, as `/version` and the command `version` tell it. */

import type { Loaded } from '../config/load.ts'
import { exitCodes, type Outcome } from './outcome.ts'

/** Facts of the build and the runtime; member names are those of the endpoint. */
export interface BuildInfo {
  readonly version: string
  readonly git_sha: string
  readonly node: string
  /** Of native modules. */
  readonly abi: string
  /** The socket driver: `uWebSockets.js@20.49.0` or `node:http@20.19.0`. */
  readonly driver: string
  /** Groups that TLS agrees on keys with, in the order of preference; none where it is off. */
  readonly tls_groups: readonly string[]
  readonly features: readonly string[]
  /** Whether the runtime denies this process writes to files. */
  readonly writes_denied: boolean
}

export interface VersionInfo extends BuildInfo {
  /** `micronode` or `macronode` */
  readonly name: string
  readonly amnesia: boolean
  /** `off`, or the oldest version that is spoken. */
  readonly tls: string
  /** Whether post-quantum sessions are opened. */
  readonly pq: boolean
  /** Whether proofs are verified: a circuit is named. */
  readonly zk: boolean
}

export function versionInfo(build: BuildInfo, loaded: Loaded): VersionInfo {
  return {
    name: loaded.catalogue.profile.name,
    ...build,
    pq: loaded.effective.get('pq.mode')?.value === 'hybrid',
    zk: named(loaded.effective.get('zk-verify.circuits')?.value),
    amnesia: loaded.effective.get('node.amnesia')?.value === true,
    tls: build.tls_groups.length === 0 ? 'off' : String(loaded.effective.get('tls.min_version')?.value),
  }
}

function named(circuits: unknown): boolean {
  return Array.isArray(circuits) && circuits.length > 0
}

/** What `/version` says and the build does not, or the runtime does not; null when they agree. */
export function versionObjection(said: VersionInfo, build: BuildInfo): string | null {
  const runs = { node: process.versions.node, abi: process.versions.modules }
  for (const name of ['version', 'git_sha', 'node', 'abi', 'driver'] as const) {
    const is = { ...build, ...runs }[name]
    if (said[name] === '' || said[name] !== is) return `${name} is said to be ${said[name]}, and is ${is}`
  }
  return null
}

/** One line: `service=micronode version=0.1.0 git_sha=… node=… abi=… driver=… features=… pq=off …` */
export function versionOutcome(info: VersionInfo): Outcome {
  const { name, features, pq, zk, ...rest } = info
  const words: readonly (readonly [string, string | boolean])[] = [
    ['service', name],
    ['version', rest.version],
    ['git_sha', rest.git_sha],
    ['node', rest.node],
    ['abi', rest.abi],
    ['driver', rest.driver],
    ['tls', rest.tls],
    ['tls_groups', rest.tls_groups.length === 0 ? 'none' : rest.tls_groups.join(',')],
    ['features', features.length === 0 ? 'none' : features.join(',')],
    ['pq', pq ? 'on' : 'off'],
    ['zk', zk ? 'on' : 'off'],
    ['amnesia', rest.amnesia],
    ['writes_denied', rest.writes_denied],
  ]
  const text = words.map(([word, value]) => `${word}=${value}`).join(' ')
  return { exitCode: exitCodes.ok, text, json: info }
}
