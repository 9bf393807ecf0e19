// @ts-check
/**
 * `npm run bench` and `npm run soak`: installs and builds what is missing, then measures. Close other programs first.
 * The first argument names the program, what follows is for it.
 */

import { main, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'
import { build, install } from './lib/setup.mjs'

const [program, ...args] = process.argv.slice(2)

await main(async () => {
  await install()
  await build()
  await provide(['wrk'])
  await run('node', [`bench/dist/${program}.js`, ...args], { show: true })
})
