// @ts-check
/**
 * `npm run peers`: installs what the benchmark compares the node with. All of it is optional; what cannot be installed
 * here is named, and the benchmark calls it absent. Debian's packages go where Debian puts them, npm's into `bench/peers`,
 * which the project's own dependencies know nothing of.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, root, run } from './lib/run.mjs'
import { provide } from './lib/provide.mjs'

const folder = join(root, 'bench', 'peers')

/** What is compared with them, and in which version. */
const dependencies = { fastify: '5.12.8' }

await main(async () => {
  await provide([
    'wrk',
    'redis-server',
    'nats-server',
    'postgresql',
    'beanstalkd',
    'python3-xapian',
    'sqlite3',
  ])
  mkdirSync(folder, { recursive: true })
  const manifest = {
    name: 'ron-bench-peers',
    private: true,
    description: 'Written by npm run peers.',
    dependencies,
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder })
  process.stdout.write(`Peers from npm are in bench/peers: ${Object.keys(dependencies).join(', ')}\n`)
})
