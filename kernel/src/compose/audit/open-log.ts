/**
 * The log of one node, once it is known which: a new one, the one in its folder, or the one that another node handed over,
 * which goes on under its name, its keys and its numbers.
 */

import { Notary, type SignedLog } from '../../audit/notary.ts'
import type { Batch } from '../../audit/outbox.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import type { Kms } from '../../kms/kms.ts'
import type { Ground } from '../ground.ts'
import { keptLogOf } from './kept-log.ts'
import { headFrom, senderTo, signersOf } from './log.ts'

/** What tells the logs of one name apart. */
const startIdBytes = 4

export interface OpenLog {
  readonly notary: Notary
  /** Resolves when the batch is in the log, and on the disk where that is asked for. Rejects with a `Refusal`. */
  readonly send: (batch: Batch) => Promise<void>
  close(): Promise<void>
}

/** Rejects with a sentence when a log that was kept or handed over cannot be gone on with. */
export async function openLog(
  config: NodeConfig,
  { services, clock, random, logs }: Ground,
  kms: Kms,
  handed: SignedLog | null,
): Promise<OpenLog> {
  const { origin: name } = config.identity
  if (handed !== null && !handed.origin.startsWith(`${name}/`))
    throw new Error(
      `the audit log that is handed over is ${handed.origin}; set identity.origin to what it begins with`,
    )
  const kept = await keptLogOf(config, kms, services, clock, logs.for('audit'), handed?.origin ?? null)
  // A log that ends with the process has a key that may not: the next log must not look like this one rewritten.
  const fresh = () => `${name}/${Buffer.from(random.bytes(startIdBytes)).toString('hex')}`
  const origin = handed?.origin ?? kept?.found.origin ?? fresh()
  const [head, send] = [headFrom(services), senderTo(services)]
  const notary = new Notary(
    () => signersOf(kms, name),
    origin,
    kept?.settled(head) ?? head,
    handed ?? kept?.found.signed,
  )
  kept?.publishing(notary)
  return {
    notary,
    send: kept?.sender(send) ?? send,
    close: async () => kept?.close(),
  }
}
