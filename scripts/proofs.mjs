// @ts-check
/** `npm run proofs`: installs and builds what is missing, then runs the acceptance gates; `--list` names them. */

import { main, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
  await provide(['strace', 'prometheus', 'wrk', 'python3-pymacaroons'])
  await run('node', ['proofs/dist/gates/main.js', ...process.argv.slice(2)], { show: true })
})
