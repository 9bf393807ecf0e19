/** The audit log of one node, put together; or nothing, where the configuration asks for none. */

import type { AuditView } from '@ron/admin/audit'
import { hash } from 'node:crypto'
import { byKernel, noAudit, type Audit } from '../../audit/audit.ts'
import { AuditFeed } from '../../audit/feed.ts'
import type { Loaded } from '../../config/load.ts'
import type { Kms } from '../../kms/kms.ts'
import type { Ground } from '../ground.ts'
import { keptLogOf } from './kept-log.ts'
import { auditView, notaryOf, senderTo } from './log.ts'
import { watchBus } from './watched.ts'

/** How long a node that stops waits for what it has not recorded yet. */
const flushMs = 1_000
/** What tells the logs of one name apart. */
const startIdBytes = 4

export interface Auditing {
  readonly audit: Audit
  /** Null for a node without an audit log. */
  readonly view: AuditView | null
  /** Records what waits. Resolves when it is done, or has taken too long. */
  close(): Promise<void>
}

/** Rejects with a sentence when a log that was kept cannot be gone on with. */
export async function auditingOf(
  loaded: Loaded & { readonly ok: true },
  ground: Ground,
  kms: Kms,
  version: string,
): Promise<Auditing> {
  const { node, identity, profile } = loaded.config
  if (!node.audit) return { audit: noAudit, view: null, close: async () => {} }
  const { services, clock, random, bus, logs, metrics } = ground
  const kept = await keptLogOf(loaded.config, kms, services, clock, logs.for('audit'))
  // A log that ends with the process has a key that may not: the next log must not look like this one rewritten.
  const origin =
    kept?.found.origin ?? `${identity.origin}/${Buffer.from(random.bytes(startIdBytes)).toString('hex')}`
  const notary = notaryOf(services, kms, identity.origin, origin, kept)
  kept?.publishing(notary)
  const send = senderTo(services)
  const feed = new AuditFeed({
    send: kept?.sender(send) ?? send,
    clock,
    log: logs.for('audit'),
    meter: metrics.audit,
  })
  const leaveBus = watchBus(bus, feed)
  const happened = { ...byKernel, outcome: 'done' } as const
  feed.note({ ...happened, kind: 'key.use', target: notary.key })
  feed.note({ ...happened, kind: 'config.load', target: `sha256:${configDigest(loaded)}` })
  feed.note({ ...happened, kind: 'node.start', target: `${profile.name}/${version}` })
  kms.onChange(({ purpose, made, gone }) => {
    for (const version of gone) feed.note({ ...happened, kind: 'key.gone', target: `${purpose} ${version}` })
    if (made === null) return
    feed.note({ ...happened, kind: 'key.rotate', target: `${purpose} ${made}` })
    if (purpose === 'audit-log') feed.note({ ...happened, kind: 'key.use', target: notary.key })
  })
  return {
    audit: feed,
    view: auditView(services, notary, feed),
    async close() {
      leaveBus()
      await feed.flush(flushMs)
      await kept?.close()
    },
  }
}

/** Of every setting and its value, in the order they were declared. */
function configDigest({ effective }: Loaded): string {
  return hash('sha256', JSON.stringify([...effective].map(([key, { value }]) => [key, value])), 'hex')
}
