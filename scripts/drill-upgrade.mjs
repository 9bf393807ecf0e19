// @ts-check
/**
 * `npm run drill:upgrade`: what earlier releases say is understood and said alike, nodes of this build hand over all that
 * they keep, and the build before and this one take over from each other. Exits with 1 unless all of it holds.
 */

import { main, run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

const drills = [
  'release-vectors.test',
  'hand-over-state.test',
  'hand-over-audit.test',
  'hand-over.test',
  'upgrade.drill',
]

await main(async () => {
  await install()
  await build()
  const paths = drills.map((name) => `proofs/dist/${name}.js`)
  await run('node', ['--test', '--test-reporter=spec', ...paths], { show: true })
})
