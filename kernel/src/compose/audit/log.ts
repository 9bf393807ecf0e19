/**
 * The audit service as the kernel asks it: batches of acts to be recorded, the head to be signed, and what the
 * admin surface shows of the log.
 */

import type { AuditView } from '@ron/admin/audit'
import type { audit } from '@ron/services/audit/contract'
import type { zkVerify } from '@ron/services/zk-verify/contract'
import type { AuditFeed } from '../../audit/feed.ts'
import type { Head, Notary } from '../../audit/notary.ts'
import type { Batch } from '../../audit/outbox.ts'
import { actLengths, type Act } from '../../contract/acts.ts'
import type { RequestOf, ResponseOf } from '../../contract/contract.ts'
import { Refusal } from '../../contract/refusals.ts'
import type { Kms } from '../../kms/kms.ts'
import type { Dispatch } from '../../ports/dispatch.ts'
import type { Fields } from '../../ports/port.ts'
import { entriesOf } from '../../tlog/entries.ts'
import { eventRootLine } from '../../tlog/event-root.ts'
import { parseHash } from '../../tlog/hash.ts'
import { signerWith, type NoteSigner } from '../../tlog/note.ts'
import { parseResource, type Resource } from '../../tlog/tile.ts'
import { kernelCaller } from '../follow.ts'

type Operations = (typeof audit)['operations']
type PublishRoot = (typeof zkVerify)['operations']['publish']
type WireAct = RequestOf<Operations['append']>['acts'][number]

/** Asks the service. The compiler held it to its contract, which says what the answer is. */
export async function asked<Name extends keyof Operations>(
  dispatch: Dispatch,
  operation: Name,
  request: RequestOf<Operations[Name]> & Fields,
): Promise<ResponseOf<Operations[Name]>> {
  const { fields, body } = await dispatch.call('audit', operation, request, null, { caller: kernelCaller })
  const answer = body === null ? fields : { ...fields, body }
  return answer as ResponseOf<Operations[Name]>
}

/** Puts entries back that were in the log before this process; their bytes change hands. Resolves with its size. */
export async function putBack(dispatch: Dispatch, first: number, bundle: Uint8Array): Promise<number> {
  await dispatch.call('audit', 'restore', { first }, bundle, { caller: kernelCaller })
  return (await asked(dispatch, 'head', { from: 0 })).size
}

/**
 * What sends a batch of the feed. A log that another node handed over counts on from the acts of that one. Rejects with a
 * `Refusal`.
 */
export function senderTo(dispatch: Dispatch): (batch: Batch) => Promise<void> {
  let before: number | null = null
  return async ({ number, acts }) => {
    before ??= (await asked(dispatch, 'head', { from: 0 })).number
    await asked(dispatch, 'append', {
      number: before + number,
      acts: acts.map(({ act, atMs, count }) => wireAct({ ...act, count }, atMs)),
    })
  }
}

/** Those that sign under this name with the keys that are good now, the one that is in use first. */
export function signersOf(kms: Kms, name: string): readonly [NoteSigner, ...NoteSigner[]] {
  const signer = (version: number): NoteSigner =>
    signerWith(name, kms.publicKey('audit-log', version), (text) => kms.sign('audit-log', version, text))
  const active = kms.active('audit-log')
  const retiring = kms.versions('audit-log').filter(({ version }) => version !== active)
  return [signer(active), ...retiring.map(({ version }) => signer(version))]
}

/** Asks for the head as it is signed. */
export function headFrom(dispatch: Dispatch): (from: number) => Promise<Head> {
  return async (from) => headOf(await asked(dispatch, 'head', { from }))
}

/** The log as the admin surface shows it; `notaryNow` throws a `Refusal` while it is not open, and `key` is what verifies it. */
export function auditView(
  dispatch: Dispatch,
  notaryNow: () => Notary,
  key: () => string,
  feed: AuditFeed,
): Omit<AuditView, 'follow'> {
  return {
    async status() {
      const { origin } = notaryNow()
      const { size, root, bytes, bytes_max } = await asked(dispatch, 'head', { from: 0 })
      const { waiting, lost } = feed
      return { origin, key: key(), size, root, bytes, bytes_max, waiting, lost }
    },
    checkpoint: async () => notaryNow().checkpoint(),
    async resource(path) {
      const resource = parseResource(path)
      if (resource === null) throw new Refusal('NotFound', `${JSON.stringify(path)} is the path of no tile`)
      return resourceOf(dispatch, resource)
    },
    async tail(from, limit) {
      const request = from === null ? { limit } : { from, limit }
      const { first, size, body } = await asked(dispatch, 'tail', request)
      return { first, size, records: entriesOf(body).map((entry) => Buffer.from(entry).toString()) }
    },
    async prove(index, wanted) {
      if (wanted === null) await notaryNow().checkpoint()
      const size = wanted ?? notaryNow().signed.size
      const { leaf, root, proof } = await asked(dispatch, 'prove', { index, size })
      return { index, size, leaf, root, proof }
    },
    async place(index) {
      const notary = notaryNow()
      const head = await notary.head()
      const { size } = head
      const { event, root, first, ...within } = await asked(dispatch, 'place', { index, size })
      await publish(dispatch, { origin: notary.origin, size, first, root })
      const statement = head.extended(eventRootLine({ first, root }))
      // As a prover takes it.
      const place = { index: within.index, others: within.others.map((other) => `0x${other}`) }
      return { index, size, first, root, event, place, statement }
    },
  }
}

/** Tells who verifies proofs. One that does not answer refuses them later, and says to ask for the place again. */
async function publish(dispatch: Dispatch, root: RequestOf<PublishRoot> & Fields): Promise<void> {
  try {
    await dispatch.call('zk-verify', 'publish', root, null, { caller: kernelCaller })
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
  }
}

export async function resourceOf(dispatch: Dispatch, resource: Resource): Promise<Uint8Array> {
  const { body } =
    resource.kind === 'tile'
      ? await asked(dispatch, 'tile', { ...resource.tile })
      : await asked(dispatch, 'entries', { index: resource.index, width: resource.width })
  return body
}

function headOf({ size, root, proof }: ResponseOf<Operations['head']>): Head {
  return { size, root: hashOf(root), proof: proof.map(hashOf) }
}

function hashOf(text: string): Uint8Array {
  const hash = parseHash(text)
  if (hash === null) throw new Error(`the audit service answered with ${JSON.stringify(text)} for a hash`)
  return hash
}

function wireAct(act: Act, atMs: number): WireAct {
  const { kind, outcome, tenant, traceId, verb, rule, code, count = 1 } = act
  return {
    at_ms: atMs,
    kind,
    outcome,
    subject: act.subject.slice(0, actLengths.subject),
    tenant,
    trace_id: traceId,
    target: act.target.slice(0, actLengths.target),
    ...(verb === undefined ? {} : { verb: verb.slice(0, actLengths.verb) }),
    ...(rule === undefined ? {} : { rule: rule.slice(0, actLengths.rule) }),
    ...(code === undefined ? {} : { code: code.slice(0, actLengths.code) }),
    ...(count === 1 ? {} : { count }),
  }
}
