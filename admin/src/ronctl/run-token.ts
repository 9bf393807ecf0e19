/** Carries out the commands about capabilities and keys. */

import type { Reply } from './admin-client.ts'
import { asked, posted } from './asking.ts'
import { attenuateOutcome, inspectOutcome } from './capability.ts'
import { bindOutcome, dischargeOutcome } from './discharge.ts'
import { failed, type Outcome } from './outcome.ts'
import type { World } from './run.ts'
import { factsOutcome } from './replies.ts'
import {
  inspectedOutcome,
  keysOutcome,
  listOutcome,
  mintedOutcome,
  offlineOutcome,
  simulatedOutcome,
} from './token.ts'
import type { RevokeOptions, TokenInvocation } from './token-program.ts'

export async function tokenOutcome(invocation: TokenInvocation, world: World): Promise<Outcome> {
  switch (invocation.name) {
    case 'token attenuate':
      return attenuateOutcome(await ownToken(invocation.token, world), invocation.caveats)
    case 'token inspect': {
      const token = await ownToken(invocation.token, world)
      if (invocation.admin === null) return inspectOutcome(token)
      return sent(invocation.admin, '/api/v1/tokens/inspect', { token }, world, inspectedOutcome)
    }
    case 'token mint': {
      const { admin, caveats, thirdParty: third_party, ttlMs: ttl_ms } = invocation
      return sent(admin, '/api/v1/tokens/mint', { caveats, third_party, ttl_ms }, world, mintedOutcome)
    }
    case 'token bind':
      return bindOutcome(await ownToken(invocation.token, world), invocation.discharges)
    case 'token discharge': {
      const { keyFile, holds, caveats } = invocation
      const key = await world.files.read(keyFile)
      if (key === null) return failed(`${keyFile} is missing`)
      return dischargeOutcome(await subjectToken(invocation.token, world), key, holds, caveats)
    }
    case 'token simulate': {
      const token = await subjectToken(invocation.token, world)
      const { admin, request } = invocation
      if (admin === null) return offlineOutcome(token, request, world.now())
      return sent(admin, '/api/v1/tokens/simulate', { token, ...request }, world, simulatedOutcome)
    }
    case 'token revoke': {
      const body = await revoked(invocation.what, world)
      return sent(invocation.admin, '/api/v1/tokens/revoke', body, world, factsOutcome)
    }
    case 'token revocations':
      return asked(invocation.admin, '/api/v1/tokens/revocations', world, (reply) =>
        listOutcome(reply, 'revocations', 'nothing is revoked'),
      )
    case 'keys list':
      return asked(invocation.admin, '/api/v1/keys', world, keysOutcome)
    case 'keys rotate': {
      const { admin, purpose, graceMs: grace_ms } = invocation
      const path = `/api/v1/keys/${encodeURIComponent(purpose)}/rotate`
      return sent(admin, path, { grace_ms }, world, keysOutcome)
    }
  }
}

async function revoked(what: RevokeOptions, world: World): Promise<object> {
  if (what.by !== 'token') return { [what.by]: what.value }
  return { token: await subjectToken(what.token, world), family: what.family }
}

/** `--token`, else the environment, else standard input. */
async function ownToken(option: string | null, { environment, readInput }: World): Promise<string> {
  const given = option === '-' ? '' : (option ?? environment['RON_CAP'] ?? '')
  return (given === '' ? await readInput() : given).trim()
}

/** The same where the token of the environment is that of who asks. */
async function subjectToken(option: string | null, { readInput }: World): Promise<string> {
  const given = option === '-' ? '' : (option ?? '')
  return (given === '' ? await readInput() : given).trim()
}

/** What was left out is not sent. */
function sent(
  admin: string,
  path: string,
  body: object,
  world: World,
  read: (reply: Reply) => Outcome,
): Promise<Outcome> {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  return posted(admin, path, JSON.stringify(Object.fromEntries(given)), world, read)
}
