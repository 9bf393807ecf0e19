/** `ronctl drill`: the drill of `scripts/kill-service`, against the node that the command is for. */

import { capOf, type AskingWorld } from './asking.ts'
import type { DrillInvocation } from './check-program.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface DrillWorld extends AskingWorld {
  /** Runs a script of this project with these variables alone; null when it is not there. */
  readonly runScript: (
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) => Promise<Ran | null>
}

export async function drillOutcome(drill: DrillInvocation, world: DrillWorld): Promise<Outcome> {
  const { admin, service, how, every, forTime } = drill
  const token = capOf(world)
  if (token === null)
    return failed('a drill needs a capability with admin.chaos: RON_CAP, or a context that has one')
  const url = world.environment['RON_URL'] ?? ''
  const environment = { RON_ADMIN: admin, RON_CAP: token, ...(url === '' ? {} : { RON_URL: url }) }
  const args = [service, '--every', every, '--for', forTime, ...(how === null ? [] : ['--how', how])]
  const ran = await world.runScript('kill-service.mjs', args, environment)
  if (ran === null)
    return failed('scripts/kill-service.mjs is not there; it comes with the sources of the node')
  const report = ran.stdout.trimEnd()
  if (report === '') return failed(ran.stderr.trim() || `the drill ended with code ${ran.code}`)
  const passed = ran.code === 0
  return answered(
    report,
    { ok: passed, service, report: report.split('\n') },
    passed ? exitCodes.ok : exitCodes.no,
  )
}
