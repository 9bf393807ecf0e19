/** Asks a node for a command, in the name of whoever runs it, and makes an outcome of what comes back. */

import { askAdmin, type Asked, type Fetch, type Reply } from './admin-client.ts'
import { failed, type Outcome } from './outcome.ts'

/** What asking takes. */
export interface AskingWorld {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: Fetch
}

type Read = (reply: Reply) => Outcome

export async function asked(admin: string, path: string, world: AskingWorld, read: Read): Promise<Outcome> {
  return outcomeOf(await askAdmin(world.fetch, admin, path, capOf(world)), read)
}

/** The same with a body, which is posted. */
export async function posted(
  admin: string,
  path: string,
  body: string,
  world: AskingWorld,
  read: Read,
): Promise<Outcome> {
  return outcomeOf(await askAdmin(world.fetch, admin, path, capOf(world), { method: 'POST', body }), read)
}

/** The token of who asks; null without one. */
export function capOf({ environment }: AskingWorld): string | null {
  const cap = environment['RON_CAP']?.trim() ?? ''
  return cap === '' ? null : cap
}

function outcomeOf(answer: Asked, read: Read): Outcome {
  return answer.ok ? read(answer.reply) : failed(answer.because)
}
