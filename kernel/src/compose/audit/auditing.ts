/** The audit log of one node, put together; or nothing, where the configuration asks for none. */

import type { AuditView } from '@ron/admin/audit'
import { hash } from 'node:crypto'
import { byKernel, noAudit, type Audit } from '../../audit/audit.ts'
import { AuditFeed } from '../../audit/feed.ts'
import { Followers } from '../../audit/followers.ts'
import type { SignedLog } from '../../audit/notary.ts'
import type { Loaded } from '../../config/load.ts'
import { Refusal } from '../../contract/refusals.ts'
import type { Kms } from '../../kms/kms.ts'
import { verifierKey } from '../../tlog/note.ts'
import type { Ground } from '../ground.ts'
import { auditView, signersOf } from './log.ts'
import { openLog, type OpenLog } from './open-log.ts'
import { watchBus } from './watched.ts'

/** How long a node that stops waits for what it has not recorded yet. */
const flushMs = 1_000

export interface Auditing {
  readonly audit: Audit
  /** Null for a node without an audit log. */
  readonly view: AuditView | null
  /**
   * Opens the log of a node that waits for another one: as that handed it over, or a log of its own where it had none.
   * Rejects with a sentence when it cannot be gone on with.
   */
  goOn(handed: SignedLog | null): Promise<void>
  /** How far the log was signed; null for a node without one. */
  signed(): SignedLog | null
  /** Records what waits. Resolves when it is done, or has taken too long. */
  close(): Promise<void>
}

/**
 * `waits` says that another node is about to hand over its log, so acts wait until `goOn`. Rejects with a sentence when a
 * log that was kept cannot be gone on with.
 */
export async function auditingOf(
  loaded: Loaded & { readonly ok: true },
  ground: Ground,
  kms: Kms,
  version: string,
  waits: boolean,
): Promise<Auditing> {
  const { node, identity, profile } = loaded.config
  if (!node.audit) return unaudited
  const { services, clock, bus, logs, metrics } = ground
  const open = (handed: SignedLog | null) => openLog(loaded.config, ground, kms, handed)
  let log: OpenLog | null = waits ? null : await open(null)
  const opened = (): OpenLog => {
    if (log !== null) return log
    throw new Refusal('NotReady', 'the audit log is still with the node that this one takes over from')
  }
  const feed = new AuditFeed({
    async send(batch) {
      await opened().send(batch)
      followers.recorded()
    },
    clock,
    log: logs.for('audit'),
    meter: metrics.audit,
  })
  const key = () => verifierKey(signersOf(kms, identity.origin)[0].key)
  const view = auditView(services, () => opened().notary, key, feed)
  const followers = new Followers({ read: (from, limit) => view.tail(from, limit), clock })
  const leaveBus = watchBus(bus, feed)
  const happened = { ...byKernel, outcome: 'done' } as const
  feed.note({ ...happened, kind: 'key.use', target: key() })
  feed.note({ ...happened, kind: 'config.load', target: `sha256:${configDigest(loaded)}` })
  feed.note({ ...happened, kind: 'node.start', target: `${profile.name}/${version}` })
  kms.onChange(({ purpose, made, gone }) => {
    for (const version of gone) feed.note({ ...happened, kind: 'key.gone', target: `${purpose} ${version}` })
    if (made === null) return
    feed.note({ ...happened, kind: 'key.rotate', target: `${purpose} ${made}` })
    if (purpose === 'audit-log') feed.note({ ...happened, kind: 'key.use', target: key() })
  })
  return {
    audit: feed,
    view: { ...view, follow: followers.follow.bind(followers) },
    async goOn(handed) {
      log = await open(handed)
    },
    signed: () => log?.notary.signed ?? null,
    async close() {
      leaveBus()
      await feed.flush(flushMs)
      await log?.close()
    },
  }
}

const unaudited: Auditing = {
  audit: noAudit,
  view: null,
  goOn: async () => {},
  signed: () => null,
  close: async () => {},
}

/** Of every setting and its value, in the order they were declared. */
function configDigest({ effective }: Loaded): string {
  return hash('sha256', JSON.stringify([...effective].map(([key, { value }]) => [key, value])), 'hex')
}
