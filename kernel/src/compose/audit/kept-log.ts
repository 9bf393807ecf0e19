/**
 * The audit log in its folder: what was there is verified and put back into the service, what is recorded from then on
 * is on the disk before anybody is told so, and checkpoints follow a little later. It waits for no disk in a request.
 */

import type { NodeConfig } from '../../config/node-config.ts'
import { findLog, type FoundLog } from '../../audit/found-log.ts'
import { LogDirectory } from '../../audit/log-directory.ts'
import type { Head, Notary } from '../../audit/notary.ts'
import type { Batch } from '../../audit/outbox.ts'
import { Refusal } from '../../contract/refusals.ts'
import type { Kms } from '../../kms/kms.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Dispatch } from '../../ports/dispatch.ts'
import type { Log } from '../../ports/log.ts'
import { claimFolder, growingFolder } from '../../system/growing-folder.ts'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { TlogError } from '../../tlog/error.ts'
import { signerWith } from '../../tlog/note.ts'
import { tileWidth } from '../../tlog/tile.ts'
import { asked, putBack, resourceOf } from './log.ts'

/** A checkpoint is made so long after the first record that none speaks of. */
const publishAfterMs = 200

export interface KeptLog {
  readonly found: FoundLog
  /** The sender, with records on the disk when it resolves. */
  sender(send: (batch: Batch) => Promise<void>): (batch: Batch) => Promise<void>
  /** The head, once all it speaks of is on the disk: what is signed must never be lost again. */
  settled(head: (from: number) => Promise<Head>): (from: number) => Promise<Head>
  /** From now on checkpoints are written. */
  publishing(notary: Notary): void
  /** Writes the last one. */
  close(): Promise<void>
}

/**
 * Null when no folder is asked for. `handed` is the name of the log that another node handed over; what is there has to
 * be of that one. Rejects with a sentence when it cannot be gone on with.
 */
export async function keptLogOf(
  { node, identity }: NodeConfig,
  kms: Kms,
  dispatch: Dispatch,
  clock: Clock,
  log: Log,
  handed: string | null,
): Promise<KeptLog | null> {
  const folder = node.auditDirectory
  if (folder === '') return null
  const setting = `node.audit_directory: ${folder}`
  const leave = claimed(setting, folder)
  const files = growingFolder(folder)
  const keys = kms
    .versions('audit-log')
    .map(({ version }) => signerWith(identity.origin, kms.publicKey('audit-log', version), () => none).key)
  const found = await foundIn(setting, async () => findLog(files.read, await files.list('pending'), keys))
  if (found.origin !== null && !found.origin.startsWith(`${identity.origin}/`))
    throw new Error(`${setting} is the log ${found.origin}; set identity.origin to what it begins with`)
  if (handed !== null && found.state.kept > 0 && found.origin !== handed)
    throw new Error(
      `${setting} is another log than ${handed}, which is handed over; name the folder of that one, or an empty one`,
    )
  if (found.tornBytes > 0)
    log.warn('the end of the audit log was being written when the node ended, and is dropped', {
      bytes: found.tornBytes,
    })
  const directory = new LogDirectory(files, found.state)
  let restored = found.state.kept === 0
  let cancel: (() => void) | null = null
  let publish = async () => {}
  let failing = false

  /** Puts what was found into a service that does not have it; whoever asks meanwhile waits for the same. */
  let restoring: Promise<void> | null = null
  const restore = (): Promise<void> => {
    restoring ??= putAllBack().finally(() => {
      restoring = null
    })
    return restoring
  }
  const putAllBack = async () => {
    let { size } = await asked(dispatch, 'head', { from: 0 })
    while (size < found.state.kept) {
      const body = found.bundles[Math.floor(size / tileWidth)]
      if (body === undefined || size % tileWidth !== 0)
        throw new Error(`the audit log has ${size} entries, which is odd`)
      size = await putBack(dispatch, size, body.slice())
    }
    if (!restored) log.info('the audit log goes on', { entries: size })
    restored = true
  }

  /** Brings the disk to where the service is. */
  const keepTo = async (size: number) => {
    while (directory.kept < size) {
      const { first, body } = await asked(dispatch, 'tail', { from: directory.kept, limit: tileWidth })
      await directory.keep(first, body)
    }
  }

  const told = async (work: () => Promise<void>) => {
    try {
      await work()
      if (failing) log.info('the audit log is written again')
      failing = false
    } catch (cause) {
      if (!failing && !(cause instanceof Refusal))
        log.error('the audit log cannot be written', { because: String(cause) })
      failing ||= !(cause instanceof Refusal)
      throw cause
    }
  }

  const later = () => {
    cancel ??= clock.after(publishAfterMs, () => {
      cancel = null
      publish().catch(() => later())
    })
  }

  return {
    found,
    sender: (send) => async (batch) => {
      if (!restored) await restore()
      await send(batch)
      const { size } = await asked(dispatch, 'head', { from: 0 })
      try {
        await told(() => keepTo(size))
      } catch (cause) {
        throw refusalOf(setting, cause, batch.denials)
      }
      later()
    },
    settled: (head) => async (from) => {
      if (!restored) await restore()
      const seen = await head(from)
      await keepTo(seen.size)
      return seen
    },
    publishing(notary) {
      publish = () =>
        told(async () => {
          const checkpoint = await notary.checkpoint()
          await directory.publish(parseCheckpoint(checkpoint).size, checkpoint, (resource) =>
            resourceOf(dispatch, resource),
          )
        })
      kms.onChange(({ purpose }) => {
        if (purpose === 'audit-log') later()
      })
    },
    async close() {
      cancel?.()
      await publish().catch(() => {})
      leave()
    },
  }
}

const none = new Uint8Array(0)

function claimed(setting: string, folder: string): () => void {
  try {
    return claimFolder(folder)
  } catch (cause) {
    throw new Error(`${setting}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

async function foundIn(setting: string, find: () => Promise<FoundLog>): Promise<FoundLog> {
  try {
    return await find()
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    const fix =
      cause instanceof TlogError
        ? 'put back a copy of it (a mirror), or move it away to begin a new log, and find out who changed it'
        : 'mend that disk, or name another folder'
    throw new Error(`${setting} cannot be gone on with: ${because}; ${fix}`, { cause })
  }
}

/** A batch of denials that the disk does not take waits; the service has it already. */
function refusalOf(setting: string, cause: unknown, denials: boolean): Refusal {
  if (cause instanceof Refusal) return cause
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String(Reflect.get(Object(cause), 'code')))
  const because = cause instanceof Error ? cause.message : String(cause)
  return new Refusal(isFull && !denials ? 'Full' : 'Unavailable', `${setting}: ${because}`, {}, { cause })
}
