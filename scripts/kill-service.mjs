// @ts-check
/** Kills a service of a running node while a load of its own runs; `scripts/kill-service --help` says how. */

import { drill } from './lib/drill/drill.mjs'
import { readFlags, usage } from './lib/drill/flags.mjs'
import { complaints, report } from './lib/drill/verdict.mjs'
import { main } from './lib/run.mjs'

await main(
  async () => {
    const order = readFlags(process.argv.slice(2), process.env)
    if ('help' in order) {
      process.stdout.write(`${usage}\n`)
      return
    }
    if ('complaint' in order) {
      process.stderr.write(`${order.complaint}\nTry: scripts/kill-service --help\n`)
      process.exitCode = 2
      return
    }
    const { service, hows, everyMs, forMs, target } = order
    const victims = hows.map((how) => ({ service, how }))
    const drilled = await drill(target, victims, everyMs, forMs)
    process.stdout.write(`${report(drilled)}\n`)
    if (complaints(drilled).length > 0) process.exitCode = 1
  },
  { arguments: 'its own help' },
)
