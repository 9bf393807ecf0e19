// @ts-check
/**
 * `npm run bench -- [--only FACET]… [--seed N] [--scale S]`: installs and builds what is missing, then measures the node
 * beside its peers and writes bench/results. FACET is a name; one that is none is answered with all of them. S makes
 * everything smaller, 0.1 to a tenth, for a quick look. Close other programs first.
 *
 * `npm run soak -- [--minutes N] [--sessions N]`: holds a node under load for half an hour, or as long as is said, with
 * 10,000 sessions or as many as are said, and fails when it keeps more at the end than at the beginning.
 */

import { main, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'
import { build, install } from './lib/setup.mjs'

const [program, ...args] = process.argv.slice(2)

await main(
  async () => {
    await install()
    await build()
    await provide(['wrk'])
    await run('node', [`bench/dist/${program}.js`, ...args], { show: true })
  },
  { arguments: 'read' },
)
