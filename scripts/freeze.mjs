// @ts-check
/** `npm run freeze [COMMIT]`: writes down what this build says on the wire and in files, once for each release. */

import { main, run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(
  async () => {
    await install()
    await build()
    await run('node', ['proofs/dist/release/freeze.js', ...process.argv.slice(2)], { show: true })
  },
  { arguments: 'read' },
)
