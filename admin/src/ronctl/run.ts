/** Carries out one invocation of `ronctl`, with the outside handed in. */

import { askAdminBytes } from './admin-client.ts'
import { asked, capOf, posted, type AskingWorld } from './asking.ts'
import { mirrorOutcome, proveOutcome, verifyOutcome, type AuditedLog } from './audit.ts'
import type { Place } from './audit-program.ts'
import { driftOutcome, historyOutcome, planOutcome } from './config.ts'
import { keygenOutcome, signOutcome, type SigningFiles } from './config-sign.ts'
import { exitCodes, failed, printed, type Outcome, type Printed } from './outcome.ts'
import { parseCommandLine, type Invocation } from './program.ts'
import { tokenOutcome } from './run-token.ts'
import { listOutcome } from './token.ts'
import { zkOutcome, type ZkWorld } from './zk.ts'
import {
  factsOutcome,
  metricsOutcome,
  readyOutcome,
  refused,
  tailOutcome,
  tenantsOutcome,
} from './replies.ts'

/** What the command may touch. */
export interface World extends ZkWorld, AskingWorld {
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>
  readonly files: SigningFiles
  /** Milliseconds of the wall clock. */
  readonly now: () => number
}

export async function ronctl(
  argv: readonly string[],
  world: World,
): Promise<Printed & { readonly exitCode: number }> {
  const parsed = parseCommandLine(argv, world.environment)
  switch (parsed.kind) {
    case 'help':
      return { exitCode: exitCodes.ok, stdout: `${parsed.text}\n`, stderr: '' }
    case 'usage': {
      const outcome = failed(parsed.message, exitCodes.usage)
      return { exitCode: outcome.exitCode, ...printed(outcome, parsed.json) }
    }
    case 'invocation': {
      const outcome = await carriedOut(parsed.invocation, world)
      return { exitCode: outcome.exitCode, ...printed(outcome, parsed.json) }
    }
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
      return proveOutcome(logAt(invocation.place, world), invocation.index)
    case 'audit verify':
      return verifyOutcome(logAt(invocation.place, world), invocation.since, world.files.read)
    case 'zk self-test':
      return posted(invocation.admin, '/api/v1/zk/self-test', '{}', world, (reply) =>
        listOutcome(reply, 'circuits', 'no circuit is named; set zk-verify.circuits'),
      )
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
