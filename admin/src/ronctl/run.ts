/** Carries out one invocation of `ronctl`, with the outside handed in. */

import { askAdminBytes } from './admin-client.ts'
import { asked, capOf, posted } from './asking.ts'
import type { Place } from './audit-program.ts'
import { inclusionOutcome } from './audit-inclusion.ts'
import { mirrorOutcome, proveOutcome, verifyOutcome, type AuditedLog } from './audit.ts'
import { benchOutcome } from './bench.ts'
import { candidateLines, candidates, script } from './completion.ts'
import { keygenOutcome, signOutcome, type SigningFiles } from './config-sign.ts'
import { driftOutcome, historyOutcome, planOutcome } from './config.ts'
import { noContexts } from './contexts.ts'
import { bundleOutcome, type BundleWorld } from './debug-bundle.ts'
import { doctorOutcome, type DoctorWorld } from './doctor.ts'
import { drillOutcome, type DrillWorld } from './drill.ts'
import { explainedOutcome } from './explain.ts'
import { contextsPath, inContext, readContexts, type PrivateFiles } from './in-context.ts'
import type { LiveWorld } from './live.ts'
import { answered, exitCodes, failed, printed, type Outcome, type Printed } from './outcome.ts'
import { peersOutcome } from './peers.ts'
import { visible } from './plain.ts'
import { commandTable, parseCommandLine, type Invocation } from './program.ts'
import {
  factsOutcome,
  metricsOutcome,
  readyOutcome,
  refused,
  tailOutcome,
  tenantsOutcome,
} from './replies.ts'
import { provenOutcome, type ProveWorld } from './prove.ts'
import { contextOutcome } from './run-context.ts'
import { tokenOutcome } from './run-token.ts'
import { serviceOutcome } from './service.ts'
import { followOutcome } from './tail.ts'
import { listOutcome } from './token.ts'
import { topOutcome } from './top.ts'
import { keysOutcome } from './zk-keys.ts'
import { zkOutcome, type ZkWorld } from './zk.ts'

/** What the command may touch. */
export interface World extends ZkWorld, DoctorWorld, DrillWorld, LiveWorld, ProveWorld {
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>
  readonly files: SigningFiles & PrivateFiles & BundleWorld['files']
}

export async function ronctl(
  argv: readonly string[],
  world: World,
): Promise<Printed & { readonly exitCode: number }> {
  if (argv[0] === 'complete') return completed(argv.slice(argv[1] === '--' ? 2 : 1), world)
  const sought = await inContext(argv, world)
  const parsed = parseCommandLine(argv, sought.ok ? sought.environment : world.environment)
  switch (parsed.kind) {
    case 'help':
      return { exitCode: exitCodes.ok, stdout: `${parsed.text}\n`, stderr: '' }
    case 'usage': {
      if (sought.ok) return told(failed(parsed.message, exitCodes.usage), parsed.json)
      if (sought.named) return told(failed(sought.because), parsed.json)
      return told(failed(`${sought.because}\n${parsed.message}`, exitCodes.usage), parsed.json)
    }
    case 'invocation': {
      const { invocation, json } = parsed
      if (!sought.ok && sought.named && !invocation.name.startsWith('context ')) {
        return told(failed(sought.because), json)
      }
      const within = sought.ok ? { ...world, ...sought } : world
      return told(await endedWell(invocation, within), json)
    }
  }
}

/** For the shells: candidates, one a line. What stands in the way of knowing contexts is no complaint here. */
async function completed(
  words: readonly string[],
  world: World,
): Promise<Printed & { readonly exitCode: number }> {
  const path = contextsPath(world.environment)
  const known = path === null ? noContexts : await readContexts(path, world).catch(() => noContexts)
  const found = candidates(commandTable(), words, { contexts: [...known.all.keys()] })
  return {
    exitCode: exitCodes.ok,
    stdout: found.length === 0 ? '' : `${candidateLines(found)}\n`,
    stderr: '',
  }
}

function told(outcome: Outcome, json: boolean): Printed & { readonly exitCode: number } {
  return { exitCode: outcome.exitCode, ...printed(outcome, json) }
}

/** What the disk or the network throws is told in the same shape as everything else. */
async function endedWell(invocation: Invocation, world: World): Promise<Outcome> {
  try {
    return await carriedOut(invocation, world)
  } catch (error) {
    return failed(visible(error instanceof Error ? error.message : String(error)))
  }
}

async function carriedOut(invocation: Invocation, world: World): Promise<Outcome> {
  switch (invocation.name) {
    case 'token attenuate':
    case 'token inspect':
    case 'token mint':
    case 'token bind':
    case 'token discharge':
    case 'token simulate':
    case 'token revoke':
    case 'token revocations':
    case 'keys list':
    case 'keys rotate':
      return tokenOutcome(invocation, world)
    case 'context add':
    case 'context use':
    case 'context remove':
    case 'context show':
    case 'context list':
      return contextOutcome(invocation, world)
    case 'service restart':
    case 'service kill':
      return serviceOutcome(invocation, world)
    case 'top':
      return topOutcome(invocation, world)
    case 'doctor':
      return doctorOutcome(invocation.admin, world)
    case 'debug bundle':
      return bundleOutcome(invocation, world)
    case 'drill':
      return drillOutcome(invocation, world)
    case 'prove amnesia':
    case 'prove verify':
      return provenOutcome(invocation, world)
    case 'bench':
      return benchOutcome(invocation, world)
    case 'completion': {
      const text = script(invocation.shell)
      return answered(text, { ok: true, shell: invocation.shell, script: text })
    }
    case 'tail':
      return followOutcome(invocation, world)
    case 'explain': {
      const path = `/api/v1/explain?id=${encodeURIComponent(invocation.id)}`
      return asked(invocation.admin, path, world, explainedOutcome)
    }
    case 'peers':
      return peersOutcome(invocation.admin, world)
    case 'status':
      return asked(invocation.admin, '/api/v1/status', world, factsOutcome)
    case 'tenants':
      return asked(invocation.admin, '/api/v1/tenants', world, tenantsOutcome)
    case 'version':
      return asked(invocation.admin, '/version', world, factsOutcome)
    case 'ready':
      return asked(invocation.admin, '/readyz?verbose', world, readyOutcome)
    case 'metrics':
      return asked(invocation.admin, '/metrics', world, (reply) => metricsOutcome(reply, invocation.prefixes))
    case 'audit tail':
      return asked(invocation.admin, tailPath(invocation), world, tailOutcome)
    case 'audit prove':
      return invocation.occasion === null
        ? proveOutcome(logAt(invocation.place, world), invocation.index)
        : inclusionOutcome(
            logAt(invocation.place, world),
            invocation.index,
            invocation.occasion,
            world.chance,
          )
    case 'audit verify':
      return verifyOutcome(logAt(invocation.place, world), invocation.against, world.files.read)
    case 'zk self-test':
      return posted(invocation.admin, '/api/v1/zk/self-test', '{}', world, (reply) =>
        listOutcome(reply, 'circuits', 'no circuit is named; set zk-verify.circuits'),
      )
    case 'zk keys':
      return asked(invocation.admin, '/api/v1/zk', world, (reply) => keysOutcome(reply, invocation.key))
    case 'zk circuits':
    case 'zk prove':
      return zkOutcome(invocation, world)
    case 'audit mirror':
      return mirrorOutcome(
        logAt({ kind: 'node', admin: invocation.admin, key: null }, world),
        invocation.folder,
        world.files,
      )
    case 'config keygen':
      return keygenOutcome(invocation.path, invocation.hybrid, world.files)
    case 'config sign': {
      const { source, keys, out } = invocation
      return signOutcome(source, keys, out, world.now(), world.files)
    }
    case 'config status':
      return asked(invocation.admin, '/api/v1/config', world, factsOutcome)
    case 'config history':
      return asked(invocation.admin, '/api/v1/config/history', world, historyOutcome)
    case 'config drift':
      return asked(invocation.admin, '/api/v1/config/drift', world, driftOutcome)
    case 'config plan':
    case 'config apply': {
      const bytes = await world.files.read(invocation.file)
      if (bytes === null) return failed(`${invocation.file} is missing`)
      const path = `/api/v1/config/${invocation.name.slice('config '.length)}${query(invocation)}`
      return posted(invocation.admin, path, new TextDecoder().decode(bytes), world, planOutcome)
    }
    case 'config rollback': {
      const body = invocation.version === null ? '' : JSON.stringify({ version: invocation.version })
      const path = `/api/v1/config/rollback${query(invocation)}`
      return posted(invocation.admin, path, body, world, planOutcome)
    }
  }
}

function query({ force }: { readonly force: boolean }): string {
  return force ? '?force=true' : ''
}

function tailPath({ from, limit }: { readonly from: number | null; readonly limit: number | null }): string {
  const query = new URLSearchParams()
  if (from !== null) query.set('from', String(from))
  if (limit !== null) query.set('limit', String(limit))
  return `/api/v1/audit/tail${query.size === 0 ? '' : `?${query.toString()}`}`
}

/** A log as it is read, from the node that keeps it or from a folder with its files. */
function logAt(place: Place, world: World): AuditedLog {
  const { fetch, files } = world
  if (place.kind === 'folder') return { key: place.key, file: (path) => files.read(place.folder + path) }
  return {
    key: place.key,
    async file(path) {
      const answer = await askAdminBytes(fetch, place.admin, `/api/v1/audit${path}`, capOf(world))
      if (!answer.ok) throw new Error(answer.because)
      const { status, bytes } = answer.reply
      if (status === 200) return bytes
      if (status === 404) return null
      throw new Error(refused({ status, text: new TextDecoder().decode(bytes) }).text)
    },
  }
}
