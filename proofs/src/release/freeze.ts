/** `npm run freeze`: writes what this build says into `fixtures/VERSION`, once for each release. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fixturesFolder } from './frozen.ts'
import { produced } from './vectors.ts'

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)
const [commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()] =
  process.argv.slice(2)
const folder = join(fixturesFolder, version)
const { vectors, audit } = await produced()
// A release is frozen once: whoever froze it anew would hold nobody to anything.
mkdirSync(fixturesFolder, { recursive: true })
mkdirSync(folder)
writeFileSync(join(folder, 'release.json'), `${JSON.stringify({ version, commit }, null, 2)}\n`)
writeFileSync(join(folder, 'vectors.json'), `${JSON.stringify(vectors, null, 2)}\n`)
for (const [path, bytes] of audit) {
  const file = join(folder, 'audit', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
}
process.stdout.write(`${folder} holds what ${version} says, from ${commit}\n`)
