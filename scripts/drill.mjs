// @ts-check
/**
 * `npm run drill`: a node of its own, a mixed load, and the real threads of its services killed: each service in
 * each way for a while, then all of them in turn for a minute. One table; exits with 1 unless every line passes.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { drill } from './lib/drill/drill.mjs'
import { hows } from './lib/drill/flags.mjs'
import { complaints, heading, report, row } from './lib/drill/verdict.mjs'
import { main, root } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

const services = ['storage', 'mailbox', 'index', 'policy', 'overlay']
const everyMs = 2_000
/** Two kills of each service in each way. */
const shortMs = 2 * everyMs
const longMs = 60_000

await main(async () => {
  await install()
  await build()
  const victims = services.flatMap((service) => hows.map((how) => ({ service, how })))
  /** @type {readonly (readonly [string, readonly import('./lib/drill/kills.mjs').Victim[], number])[]} */
  const drills = [
    ...victims.map((victim) => /** @type {const} */ ([`${victim.service} ${victim.how}`, [victim], shortMs])),
    ['all in turn', shuffled(victims), longMs],
  ]
  const { target, stop } = await startNode()
  const failed = []
  try {
    process.stdout.write(`${heading}\n`)
    for (const [name, chosen, forMs] of drills) {
      const drilled = await drill(target, chosen, everyMs, forMs)
      process.stdout.write(`${row(name, drilled)}\n`)
      if (complaints(drilled).length > 0) failed.push(`${name}\n${report(drilled)}`)
    }
  } finally {
    await stop()
  }
  if (failed.length > 0) throw new Error(`\n${failed.join('\n\n')}`)
})

/** A micronode as anybody starts it. */
async function startNode() {
  const args = [`${root}/kernel/dist/main.js`, '--profile', 'micro', '--json', '--set', 'log.level=error']
  const node = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => node.kill('SIGKILL'))
  let text = ''
  for await (const piece of node.stdout) {
    text += piece
    const line = text.split('\n').find((one) => one.startsWith('{"event":"ready"') && one.endsWith('}'))
    if (line !== undefined) {
      const { url, admin, token } = JSON.parse(line)
      return { target: { url, admin, token }, stop: () => stopNode(node) }
    }
  }
  throw new Error(`the node ended before it was ready:\n${text}`)
}

/** @param {import('node:child_process').ChildProcess} node */
async function stopNode(node) {
  if (node.exitCode !== null || node.signalCode !== null) return
  node.kill('SIGTERM')
  await once(node, 'exit')
}

/**
 * The ways to die change with the services: a step that has no common divisor with the number of pairs visits
 * them all in another order.
 * @template Item @param {readonly Item[]} items
 */
function shuffled(items) {
  const step = 7
  return items.map((item, at) => items[(at * step) % items.length] ?? item)
}
