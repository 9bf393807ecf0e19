/** What was frozen of each release: `fixtures/VERSION`, with the commit that made it. Newer builds are held to it. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Vectors } from './vectors.ts'

export const fixturesFolder = fileURLToPath(new URL('../../fixtures/', import.meta.url))

export interface Frozen {
  readonly version: string
  /** Where that release stands in the history of this project. */
  readonly commit: string
  readonly vectors: Vectors
  /** The folder of the audit log's files. */
  readonly auditFolder: string
}

/** The oldest first. */
export function frozenReleases(): readonly Frozen[] {
  const versions = readdirSync(fixturesFolder).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return versions.map((version) => {
    const folder = join(fixturesFolder, version)
    const { commit }: { commit: string } = JSON.parse(readFileSync(join(folder, 'release.json'), 'utf8'))
    const vectors: Vectors = JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8'))
    return { version, commit, vectors, auditFolder: join(folder, 'audit') }
  })
}

/** The last one before the build at hand, or the build's own where there is none. */
export function previousRelease(): Frozen {
  const last = frozenReleases().at(-1)
  if (last === undefined) throw new Error(`${fixturesFolder} holds no release; make one: npm run freeze`)
  return last
}
