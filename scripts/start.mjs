// @ts-check
/** `npm start`: installs and builds what is missing, then runs a micronode in the foreground. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { main, root } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await main(async () => {
  await install()
  await build()
  const node = spawn(
    process.execPath,
    [join(root, 'kernel/dist/main.js'), '--profile', 'micro', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  )
  // The node decides when to leave: a signal starts its drain, and this process ends with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => node.kill(/** @type {NodeJS.Signals} */ (signal)))
  await new Promise((resolve) => {
    node.once('exit', (code, signal) => {
      process.exitCode = signal === null ? (code ?? 1) : 1
      resolve(undefined)
    })
  })
})
