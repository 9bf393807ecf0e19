// @ts-check
/** `npm run build`: installs what is missing and compiles everything. */

import { main } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
})
