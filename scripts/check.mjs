// @ts-check
/**
 * `npm test`: installs, builds and runs everything that must hold. Each step prints one line; a failing one
 * prints what it said, and the run goes on so that one look shows everything that is wrong. With --long
 * (`npm run test:long`) every fuzz target runs for a minute instead of a second.
 */

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { main, run, tool } from './lib/run.mjs'
import { files, workspaces } from './lib/files.mjs'
import { build, install } from './lib/setup.mjs'
import { provide } from './lib/provide.mjs'

/** As many files at once as there are processors: much of what a test of a node does is to wait for it. */
const concurrency = [`--test-concurrency=${availableParallelism()}`]

/**
 * @param {boolean} long
 * @returns {readonly (readonly [string, () => Promise<unknown>])[]}
 */
const steps = (long) => [
  ['format', () => tool('prettier', ['--check', '--log-level', 'warn', '.'])],
  ['lint', () => tool('oxlint', ['--type-aware', '--deny-warnings'])],
  ['unused code and dependencies', () => tool('knip', [])],
  ['layout rules', () => run('node', ['scripts/tidy.mjs'])],
  ['generated files', () => run('node', ['scripts/generate.mjs', '--check'])],
  ['model checker', () => run('node', ['loom-sim/dist/main.js'])],
  ['fuzz targets', () => fuzz(long)],
  [
    'tests',
    () => run('node', ['--test', ...concurrency, '--test-reporter=spec', ...tests()], { show: true }),
  ],
]

await main(
  async () => {
    const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } })
    await install()
    await build()
    await provide([
      ...['strace', 'prometheus', 'chromium', 'curl', 'openssl', 'zsh', 'fish'],
      ...['golang-go', 'golang-golang-x-mod-dev', 'python3-pymacaroons'],
    ])
    const failed = []
    for (const [name, step] of steps(values.long)) {
      try {
        await step()
        process.stdout.write(`ok      ${name}\n`)
      } catch (error) {
        failed.push(name)
        process.stdout.write(`FAILED  ${name}\n${error instanceof Error ? error.message : String(error)}\n`)
      }
    }
    if (failed.length > 0) throw new Error(`failed: ${failed.join(', ')}`)
  },
  { arguments: 'read' },
)

/** @param {boolean} long */
function fuzz(long) {
  return run('node', ['scripts/fuzz.mjs', ...(long ? ['--minutes', '1'] : ['--runs', '1000'])], {
    show: long,
  })
}

/** Every compiled test whose source still exists, and the scripts' own. */
function tests() {
  const compiled = workspaces.flatMap((workspace) => files(workspace, (path) => path.endsWith('.test.js')))
  return [...compiled.filter(hasSource), ...files('scripts', (path) => path.endsWith('.test.mjs'))]
}

/** @param {string} path such as `kernel/dist/bus/bus.test.js`; services keep their sources beside `dist` */
function hasSource(path) {
  const source = path.replace(/\.js$/, '.ts')
  return existsSync(source.replace('/dist/', '/src/')) || existsSync(source.replace('/dist/', '/'))
}
