// @ts-check
/** Holds the code against the layout rules. Prints what is out of place and exits 1, or says how much is in place. */

import { readFileSync } from 'node:fs'
import { files, workspaces } from './lib/files.mjs'
import { complaints } from './lib/layout.mjs'
import { main } from './lib/run.mjs'

await main(async () => {
  const sources = workspaces.flatMap((workspace) =>
    files(workspace, (path) => path.endsWith('.ts') && !/\/(dist|generated)\//.test(path)),
  )
  const found = sources.flatMap((path) => complaints(path, readFileSync(path, 'utf8')))
  found.push(...rosterComplaints())
  if (found.length > 0) throw new Error(found.join('\n'))
  process.stdout.write(`${sources.length} files in place\n`)
})

/** A service folder without its line in the roster would never run. */
function rosterComplaints() {
  const roster = readFileSync('services/roster.ts', 'utf8')
  const contracts = files('services', (path) => /^services\/[^/]+\/contract\.ts$/.test(path))
  return contracts
    .map((path) => path.split('/')[1])
    .filter((name) => !roster.includes(`'./${name}/contract.ts'`))
    .map((name) => `services/${name}: has a contract but no line in services/roster.ts`)
}
