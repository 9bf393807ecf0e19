/** Carries out one invocation of `ronctl`, with the outside handed in. */

import { askAdmin, type Asked, type Fetch } from './admin-client.ts'
import { attenuateOutcome, inspectOutcome } from './capability.ts'
import { exitCodes, failed, printed, type Outcome, type Printed } from './outcome.ts'
import { parseCommandLine, type Invocation } from './program.ts'
import { factsOutcome, metricsOutcome, readyOutcome } from './replies.ts'

/** What the command may touch. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>
  readonly fetch: Fetch
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
    case 'cap attenuate':
      return attenuateOutcome(await tokenFrom(invocation.token, world), invocation.caveats)
    case 'cap inspect':
      return inspectOutcome(await tokenFrom(invocation.token, world))
    case 'status':
      return outcomeOf(await asked(invocation.admin, '/api/v1/status', world), factsOutcome)
    case 'version':
      return outcomeOf(await asked(invocation.admin, '/version', world), factsOutcome)
    case 'ready':
      return outcomeOf(await asked(invocation.admin, '/readyz?verbose', world), readyOutcome)
    case 'metrics':
      return outcomeOf(await asked(invocation.admin, '/metrics', world), (reply) =>
        metricsOutcome(reply, invocation.prefixes),
      )
  }
}

/** `--token`, else the environment, else standard input. */
async function tokenFrom(option: string | null, { environment, readInput }: World): Promise<string> {
  const given = option === '-' ? '' : (option ?? environment['RON_CAP'] ?? '')
  return (given === '' ? await readInput() : given).trim()
}

function asked(admin: string, path: string, { environment, fetch }: World): Promise<Asked> {
  const cap = environment['RON_CAP']?.trim() ?? ''
  return askAdmin(fetch, admin, path, cap === '' ? null : cap)
}

function outcomeOf(answer: Asked, read: (reply: (Asked & { ok: true })['reply']) => Outcome): Outcome {
  return answer.ok ? read(answer.reply) : failed(answer.because)
}
