/** What was built, from the file the build leaves beside the code, and what it runs on. */

import type { BuildInfo } from '../cli/version.ts'
import type { DriverInfo } from '@ron/transport/listener/listener'
import { writesDenied } from '../system/confinement.ts'
import { readTextFile } from '../system/files.ts'
import { fileURLToPath } from 'node:url'

/** Cargo's features, as this node has them. `media` and `mods` are not among them. */
const features = ['graph', 'search', 'feed'] as const

interface Build {
  readonly version: string
  readonly git_sha: string
}

/** Throws when the build was not made by `npm run build`. */
export function readBuild(): Build {
  const path = fileURLToPath(import.meta.resolve('@ron/kernel/build-info.json'))
  const file = readTextFile(path)
  if (!file.ok) throw new Error(`${path} ${file.because}; run npm run build`)
  const { version, git_sha }: Build = JSON.parse(file.text)
  return { version, git_sha }
}

export function buildInfo(
  { version, git_sha }: Build,
  driver: DriverInfo,
  tlsGroups: readonly string[],
): BuildInfo {
  return {
    version,
    git_sha,
    node: process.versions.node,
    abi: process.versions.modules,
    driver: `${driver.name}@${driver.version}`,
    tls_groups: tlsGroups,
    features,
    writes_denied: writesDenied(),
  }
}
