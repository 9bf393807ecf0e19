/**
 * `node kernel/dist/main.js --profile micro|macro [run|check|config …|doctor|version]`. Reads the command line
 * and the configuration, then answers a question about them or runs a node until it is told to stop.
 */

import * as roster from '@ron/services/roster'
import { answer } from '../cli/answer.ts'
import { parseArguments, type Invocation } from '../cli/arguments.ts'
import { printedOutcome, refusedConfig, refusedUsage, type Outcome } from '../cli/outcome.ts'
import { bannerJson, bannerText } from './banner.ts'
import { buildInfo, readBuild } from './build-info.ts'
import { confined } from './confining.ts'
import { chosenDriver } from './driver.ts'
import type { Loaded } from '../config/load.ts'
import { reportToGuard, tellStopping } from './guarded.ts'
import { startNode } from './node.ts'
import { world } from './world.ts'
import { firstConfig } from './bundle/first.ts'
import { systemClock } from '../system/clock.ts'
import { readTextFile } from '../system/files.ts'
import { tuneHeaps } from '../system/heap.ts'

// A reader that goes away loses what it would have read; it does not end a node.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const sections = Object.fromEntries(Object.values(roster).map(({ name, config }) => [name, config]))
const parsed = parseArguments(process.argv.slice(2), sections)

if (parsed.kind === 'help') process.stdout.write(`${parsed.text}\n`)
else if (parsed.kind === 'usage') finish(refusedUsage(parsed.message), parsed.json)
else await act(parsed.invocation)

async function act({ profile, configPath, overrides, json, action }: Invocation): Promise<void> {
  const sources = { env: process.env, configPath, overrides, readFile: readTextFile }
  const built = readBuild()
  const present = { nowMs: systemClock.now(), nodeVersion: built.version }
  const { loaded, governing } = await firstConfig({ profile, sections, sources }, present)
  // Before anything is loaded that the process which takes its place loads again.
  if (action.name === 'run' && loaded.ok && (await confined(loaded))) return
  const chosen = await chosenDriver(loaded)
  const build = buildInfo(built, chosen.driver.info, await groupsOf(loaded))
  if (action.name !== 'run') {
    return finish(await answer(action, loaded, world(build, loaded, chosen.driver)), json)
  }
  if (!loaded.ok) return finish(refusedConfig(loaded), json)
  tuneHeaps()
  try {
    const node = await startNode(loaded, governing, build, chosen)
    const shutdown = (because: string) => {
      tellStopping()
      node.shutdown(because)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => shutdown(signal))
    // Where bundles govern or TLS is served, it asks for files to be read again; elsewhere a terminal that hangs up ends the node.
    process.on('SIGHUP', node.reload ?? (() => shutdown('SIGHUP')))
    reportToGuard(node.ready, shutdown)
    const { amnesia } = loaded.config.node
    const banner = () => (json ? bannerJson(profile.name, node) : bannerText(profile.name, amnesia, node))
    const served = node.ready.then(() => {
      process.stdout.write(`${banner()}\n`)
      return node.ended
    })
    process.exit(await Promise.race([served, node.ended]))
  } catch (cause) {
    process.stderr.write(`${profile.name}: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(1)
  }
}

/** Asked of the runtime where TLS is on: its library is not loaded for nothing. */
async function groupsOf({ effective }: Loaded): Promise<readonly string[]> {
  if (effective.get('tls.enabled')?.value !== true) return []
  return (await import('@ron/transport/tls/context')).tlsGroups()
}

/** Usage and configuration errors go to stderr, answers to stdout. */
function finish(outcome: Outcome, json: boolean): void {
  const stream = outcome.exitCode === 2 && !json ? process.stderr : process.stdout
  stream.write(printedOutcome(outcome, json))
  process.exitCode = outcome.exitCode
}
