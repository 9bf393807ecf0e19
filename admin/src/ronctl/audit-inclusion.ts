/**
 * What `ronctl audit prove --zk` finds out: where a record lies in the tree that inclusion is proven in, by the log's signed
 * word, and a proof that it is there which does not say where. It goes to whoever gave the nonce.
 */

import { eventRootEntries, parseEventRoot } from '@ron/kernel/tlog/event-root'
import { TlogError } from '@ron/kernel/tlog/error'
import { openedHead, outcomeOf, provenRecord, type AuditedLog } from './audit.ts'
import { answered, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'
import { provenInclusion, type ZkOccasion, type ZkWorld } from './zk.ts'

/** `GET /api/v1/audit/place`, of which nothing is believed but what the statement signs. */
interface Told {
  readonly place: unknown
  readonly statement: string
}

export async function inclusionOutcome(
  log: AuditedLog,
  index: number,
  occasion: ZkOccasion,
  chance: ZkWorld['chance'],
): Promise<Outcome> {
  return outcomeOf(async () => {
    const told = await log.file(`/place?index=${index}`)
    if (told === null) throw new TlogError(`the log has no record ${index}`)
    const { place, statement } = toldOf(JSON.parse(new TextDecoder().decode(told)))
    const { text, checkpoint, trusted } = await openedHead(log, statement)
    const { first, root } = parseEventRoot(text)
    const { entry, leaf } = await provenRecord(log, checkpoint, index)
    const event = Buffer.from(leaf).toString('hex')
    const made = await provenInclusion({ event, place }, occasion, chance)
    if (made.root !== root)
      throw new TlogError(`the place of record ${index} leads to another root than the one that is signed`)
    const { origin, size } = checkpoint
    const record = Buffer.from(entry).toString()
    const proof = Buffer.from(made.proof).toString('base64')
    const { nonce } = occasion
    const claim = `root=${root}&event=${event}&nonce=${nonce}`
    const lines = [
      visible(record),
      `it is one of ${Math.min(size, first + eventRootEntries) - first} records of ${visible(origin)} under ${root}${trusted}`,
      `claim  POST /zk/inclusion?${claim}`,
      `proof  ${proof}`,
    ]
    return answered(lines.join('\n'), {
      ok: true,
      ...{ index, origin, size, first, root, event, nonce, proof, statement, record: JSON.parse(record) },
    })
  })
}

function toldOf(answer: unknown): Told {
  const [place, statement]: unknown[] = ['place', 'statement'].map((name) =>
    Reflect.get(Object(answer), name),
  )
  if (typeof statement !== 'string') throw new TlogError('the node answers with no statement')
  return { place, statement }
}
