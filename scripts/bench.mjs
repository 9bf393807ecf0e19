// @ts-check
/** `npm run bench`: installs and builds what is missing, then measures. Close other programs first. */

import { main, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
  await provide(['wrk'])
  await run('node', ['bench/dist/main.js'], { show: true })
})
