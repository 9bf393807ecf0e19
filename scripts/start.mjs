// @ts-check
/**
 * `npm start`: installs and builds what is missing, then becomes a micronode in the foreground. It says what a
 * person needs; `MICRO_LOG_LEVEL=info npm start` says more.
 */

import { main } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(
  async () => {
    await install()
    await build()
    process.env['MICRO_LOG_LEVEL'] ??= 'warn'
    process.argv.splice(2, 0, '--profile', 'micro')
    await import('../kernel/dist/main.js')
  },
  { arguments: 'its own help' },
)
