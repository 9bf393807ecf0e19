// @ts-check
/** `npm run loom`: installs and builds what is missing, then checks every machine at its deep scale. */

import { main, run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
  await run('node', ['loom-sim/dist/main.js', '--deep'], { show: true })
})
