/** Asks a node for a command, in the name of whoever runs it, and makes an outcome of what comes back. */

import { askAdmin, type Asked, type Fetch, type Reply } from './admin-client.ts'
import { failed, type Outcome } from './outcome.ts'

/** What asking takes. */
export interface AskingWorld {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: Fetch
  /** The token of the context, where the command runs in one that has any. */
  readonly contextToken?: string | null
}

type Read = (reply: Reply) => Outcome

export async function asked(admin: string, path: string, world: AskingWorld, read: Read): Promise<Outcome> {
  return outcomeOf(await askAdmin(world.fetch, admin, path, capOf(world)), read)
}

/** The same with a body, which is posted; it may be given longer for its answer. */
export async function posted(
  admin: string,
  path: string,
  body: string,
  world: AskingWorld,
  read: Read,
  withinMs?: number,
): Promise<Outcome> {
  const sent = { method: 'POST', body }
  return outcomeOf(await askAdmin(world.fetch, admin, path, capOf(world), sent, withinMs), read)
}

/** The token of who asks: that of the environment, else that of the context; null without one. */
export function capOf({ environment, contextToken = null }: AskingWorld): string | null {
  const cap = environment['RON_CAP']?.trim() ?? ''
  return cap === '' ? contextToken : cap
}

function outcomeOf(answer: Asked, read: Read): Outcome {
  return answer.ok ? read(answer.reply) : failed(answer.because)
}
