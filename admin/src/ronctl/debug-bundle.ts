/** `ronctl debug bundle`: what somebody else needs to find a fault, in one file or folder, within bounds and without secrets. */

import { gzipSync } from 'node:zlib'
import { askAdmin } from './admin-client.ts'
import { capOf } from './asking.ts'
import { examined, findingsText, type DoctorWorld } from './doctor.ts'
import { openEvents } from './event-source.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import { tar, type Part } from './tar.ts'
import type { BundleInvocation } from './top-program.ts'
import { withoutTokens } from './without-tokens.ts'

export interface BundleWorld extends DoctorWorld {
  readonly files: {
    /** Rejects with `EEXIST` when it is there. */
    writeSecret(path: string, bytes: Uint8Array): Promise<void>
    /** A folder for nobody else to look into. Rejects with `EEXIST` when it is there. */
    makePrivateFolder(path: string): Promise<void>
  }
}

/** Of one part; what is longer is cut at its end. There are a dozen parts. */
const partBytesMax = 4 * 1024 * 1024
const eventsMax = 1_000
const eventsWithinMs = 10_000

/** Part → the path it is asked under. */
const asked = {
  'version.json': '/version',
  'readyz.json': '/readyz?verbose',
  'status.json': '/api/v1/status',
  'settings.json': '/api/v1/settings',
  'machine.json': '/api/v1/machine',
  'tenants.json': '/api/v1/tenants',
  'metrics.txt': '/metrics',
  'config.json': '/api/v1/config',
  'config-history.json': '/api/v1/config/history',
  'config-drift.json': '/api/v1/config/drift',
  'keys.json': '/api/v1/keys',
  'audit.json': '/api/v1/audit',
  'audit-checkpoint.txt': '/api/v1/audit/checkpoint',
} as const

export async function bundleOutcome(
  { admin, form, out }: BundleInvocation,
  world: BundleWorld,
): Promise<Outcome> {
  const findings = await examined(admin, world)
  if (findings.some(({ name, level }) => name === 'reachable' && level === 'fail')) {
    return failed(findingsText(findings), exitCodes.no, { findings })
  }
  const [parts, events] = await Promise.all([
    Promise.all(Object.entries(asked).map(([name, path]) => part(name, path, admin, world))),
    eventLines(admin, world),
  ])
  const own = JSON.stringify(
    { ronctl: world.version, admin, context: world.context ?? null, at: time(world) },
    null,
    2,
  )
  const all = [
    textPart('ronctl.json', own, world),
    textPart('doctor.txt', findingsText(findings), world),
    textPart('events.jsonl', events, world),
    ...parts,
  ]
  try {
    const bytes = await (form === 'file' ? writeArchive : writeFolder)(out, all, world)
    const names = all.map(({ name }) => name)
    const text = `${out}: ${bytes} bytes, ${names.length} parts: ${names.join(', ')}`
    return answered(text, { ok: true, [form]: out, bytes, parts: names })
  } catch (error) {
    if (Reflect.get(Object(error), 'code') !== 'EEXIST') throw error
    return failed(`${out} is there already; it is not overwritten`)
  }
}

/** How many bytes it has. */
async function writeArchive(
  path: string,
  parts: readonly Part[],
  { files, now }: BundleWorld,
): Promise<number> {
  const bytes = gzipSync(tar(parts, now()))
  await files.writeSecret(path, bytes)
  return bytes.length
}

async function writeFolder(path: string, parts: readonly Part[], { files }: BundleWorld): Promise<number> {
  await files.makePrivateFolder(path)
  for (const { name, bytes } of parts) await files.writeSecret(`${path}/${name}`, bytes)
  return parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

/** What was not told is there with its reason. */
async function part(name: string, path: string, admin: string, world: BundleWorld): Promise<Part> {
  const answer = await askAdmin(world.fetch, admin, path, capOf(world))
  if (!answer.ok) return textPart(name, answer.because, world)
  const { status, text } = answer.reply
  return textPart(name, status === 200 || status === 503 ? text : `status ${status}\n${text}`, world)
}

async function eventLines(admin: string, world: BundleWorld): Promise<string> {
  const url = `${admin}/api/v1/tail?kinds=events,requests&limit=${eventsMax}`
  try {
    const events = await openEvents(world.fetch, url, capOf(world), AbortSignal.timeout(eventsWithinMs))
    if (events.kind === 'refused') return events.reply.text
    const lines: string[] = []
    for await (const item of events.items) lines.push(JSON.stringify(item))
    return lines.join('\n')
  } catch (error) {
    return `the node did not tell: ${String(error)}`
  }
}

function textPart(name: string, text: string, world: BundleWorld): Part {
  const known = [capOf(world) ?? '', ...Object.values(secretsOf(world.environment))]
  const bytes = Buffer.from(`${withoutTokens(text, known).trimEnd()}\n`)
  return { name, bytes: bytes.subarray(0, partBytesMax) }
}

/** Variables whose name says that nobody else is to see them. */
function secretsOf(environment: BundleWorld['environment']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && /CAP$|TOKEN|SECRET|PASSWORD|KEY$/.test(name) ? [[name, value]] : [],
    ),
  )
}

function time({ now }: BundleWorld): string {
  return new Date(now()).toISOString()
}
