/** `ronctl doctor`: goes to the node step by step, and says what is found on the way. */

import { askAdmin, type Asked } from './admin-client.ts'
import { capOf, type AskingWorld } from './asking.ts'
import {
  auditFinding,
  bundleFinding,
  clockFinding,
  driftFinding,
  fail,
  machineFindings,
  ok,
  readyFinding,
  serviceFindings,
  tokenFinding,
  verbsFinding,
  versionFinding,
  warn,
  type Finding,
} from './checks.ts'
import { openEvents } from './event-source.ts'
import { answered, exitCodes, type Outcome } from './outcome.ts'
import type { Json } from './plain.ts'
import { isObject, parsed, refused } from './replies.ts'

export interface DoctorWorld extends AskingWorld {
  /** Milliseconds of the wall clock. */
  readonly now: () => number
  /** Of this `ronctl`. */
  readonly version: string
  /** The context that the command runs in; null without one. */
  readonly context?: string | null
}

type Members = { readonly [name: string]: Json }

const clockWithinMs = 5_000

export async function doctorOutcome(admin: string, world: DoctorWorld): Promise<Outcome> {
  const findings = await examined(admin, world)
  const worst = (['fail', 'warn'] as const).find((level) =>
    findings.some((finding) => finding.level === level),
  )
  const exitCode = worst === 'fail' ? exitCodes.no : worst === 'warn' ? exitCodes.warned : exitCodes.ok
  return answered(
    findingsText(findings),
    { ok: worst === undefined, worst: worst ?? 'ok', findings },
    exitCode,
  )
}

export async function examined(admin: string, world: DoctorWorld): Promise<readonly Finding[]> {
  const where = world.context ? `context ${world.context}: ${admin}` : `${admin}; no context`
  const reached = await reach(admin, world)
  const first = [ok('where', where), reached]
  if (reached.level === 'fail') return first
  const groups = await Promise.all([
    looked(admin, world, 'version', '/version', ({ version }) => [
      versionFinding(world.version, String(version)),
    ]),
    tokens(admin, world),
    looked(admin, world, 'ready', '/readyz?verbose', (ready) => [readyFinding(ready)], [200, 503]),
    looked(admin, world, 'services', '/api/v1/status', (status) => serviceFindings(status, world.now())),
    clock(admin, world),
    looked(admin, world, 'machine', '/api/v1/machine', machineFindings),
    looked(admin, world, 'drift', '/api/v1/config/drift', (drift) => [driftFinding(drift)]),
    looked(admin, world, 'bundle', '/api/v1/config', (config) => [bundleFinding(config, world.now())]),
    looked(admin, world, 'audit', '/api/v1/audit', (audit) => [auditFinding(audit)]),
  ])
  return [...first, ...groups.flat()]
}

export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .map(({ name, level, says, next }) => {
      const line = `${level.padEnd(4)}  ${name.padEnd(width)}  ${says}`
      return next === null ? line : `${line}\n      ${' '.repeat(width)}  next: ${next}`
    })
    .join('\n')
}

async function reach(admin: string, world: DoctorWorld): Promise<Finding> {
  // Nobody needs a token for this.
  const answer = await askAdmin(world.fetch, admin, '/healthz', null)
  const next =
    'see that the node runs, that this is the admin address it printed, and that no firewall is in between'
  if (!answer.ok) return fail('reachable', answer.because, next)
  const { status } = answer.reply
  if (status !== 200) return fail('reachable', `/healthz answered with ${status}: that is no node`, next)
  return ok('reachable', 'the node answers')
}

/** What the node says under a path; what it does not have is no fault, and what it does not tell is a warning. */
async function looked(
  admin: string,
  world: DoctorWorld,
  name: string,
  path: string,
  read: (said: Members) => readonly Finding[],
  statuses: readonly number[] = [200],
): Promise<readonly Finding[]> {
  return found(name, await askAdmin(world.fetch, admin, path, capOf(world)), read, statuses)
}

function found(
  name: string,
  answer: Asked,
  read: (said: Members) => readonly Finding[],
  statuses: readonly number[] = [200],
): readonly Finding[] {
  if (!answer.ok)
    return [fail(name, answer.because, 'ask again; ronctl top shows whether the node is overloaded')]
  const { status, text } = answer.reply
  const said = parsed(text)
  if (statuses.includes(status) && isObject(said)) return read(said)
  const because = refused(answer.reply).text
  if (status === 501) return [ok(name, because)]
  if (status === 401 || status === 403)
    return [warn(name, because, 'a token for it says more: RON_CAP, or one in the context')]
  if (status === 404) return [warn(name, 'this node does not tell', 'use the ronctl that came with the node')]
  return [fail(name, because, 'ronctl tail events, and the log of the node')]
}

async function tokens(admin: string, world: DoctorWorld): Promise<readonly Finding[]> {
  const token = capOf(world)
  if (token === null) {
    const next = 'what changes anything needs one: RON_CAP, or ronctl context add … --token-file'
    return [warn('token', 'none is given', next)]
  }
  const ask = (path: string) =>
    askAdmin(world.fetch, admin, path, token, { method: 'POST', body: JSON.stringify({ token }) })
  const [inspected, simulated] = await Promise.all([
    ask('/api/v1/tokens/inspect'),
    ask('/api/v1/tokens/simulate'),
  ])
  const good = found('token', inspected, (said) => [tokenFinding(said, world.now())])
  if (good.some(({ level }) => level === 'fail')) return good
  return [...good, ...found('token verbs', simulated, (said) => [verbsFinding(said)])]
}

/** The node says what time it is at the end of what it remembers; half of the way is taken off. */
async function clock(admin: string, world: DoctorWorld): Promise<readonly Finding[]> {
  const fromMs = world.now()
  try {
    const url = `${admin}/api/v1/tail?kinds=events&limit=0`
    const events = await openEvents(world.fetch, url, capOf(world), AbortSignal.timeout(clockWithinMs))
    if (events.kind === 'refused') return found('clock', { ok: true, reply: events.reply }, () => [])
    for await (const { at } of events.items) {
      const untilMs = world.now()
      const aheadMs = Date.parse(String(at)) - (fromMs + untilMs) / 2
      const uncertainMs = (untilMs - fromMs) / 2
      // What may be the way alone says nothing.
      return [clockFinding(Math.abs(aheadMs) <= uncertainMs ? 0 : aheadMs)]
    }
  } catch (error) {
    return [warn('clock', `the node did not tell its time: ${String(error)}`, 'ask again')]
  }
  return [warn('clock', 'the node did not tell its time', 'ask again')]
}
