// @ts-check
/**
 * `npm run proofs -- [--only GATE]… [--full] [--json] [--list]`: installs and builds what is missing, then runs the
 * acceptance gates and writes proofs/report.json and .md. --list names them; --only runs one and writes nothing; --full runs
 * at full length what is scaled otherwise, which takes days; --json prints the report. Exits with 1 when a gate fails.
 */

import { main, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'
import { build, install } from './lib/setup.mjs'

await main(
  async () => {
    await install()
    await build()
    await provide(['strace', 'prometheus', 'curl', 'openssl', 'wrk', 'python3-pymacaroons'])
    await run('node', ['proofs/dist/gates/main.js', ...process.argv.slice(2)], { show: true })
  },
  { arguments: 'read' },
)
