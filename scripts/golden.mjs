// @ts-check
/** `npm run golden`: writes anew what is checked in of the metrics and the admin plane (proofs/golden). */

import { main, run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
  const env = { ...process.env, RON_GOLDEN: 'write' }
  await run('node', ['--test', '--test-reporter=spec', 'proofs/dist/golden.test.js'], { show: true, env })
})
