/** The batches on the wire: many messages as JSON, and packed ones, whose bytes are kept and answered as they are. */

import type { Call, Running } from '@ron/kernel/contract/contract'
import { encodeLetter, payloadFrom } from '@ron/kernel/contract/packed/letter'
import { splitRows } from '@ron/kernel/contract/packed/rows'
import { ulidBytes, ulidText } from '@ron/kernel/contract/packed/ulid'
import type { mailbox } from './contract.ts'
import { wordsOf } from './ids/words.ts'
import type { batchOperations } from './operations/batches.ts'
import { attrsFault } from './packed/attrs.ts'
import { packDeliveries } from './packed/deliveries.ts'
import { fromBase64 } from './payload.ts'
import type { AckOutcome } from './queues/acks.ts'
import { leaseOf, leaseText } from './queues/lease.ts'
import type { Kept } from './queues/sends.ts'
import { receiver, type ReceiveParts } from './receiving.ts'

type Operations = (typeof mailbox)['operations']
type Handlers = Pick<Running<typeof mailbox>['handle'], keyof typeof batchOperations>
type PackedCall = Pick<Call<Operations['sendPacked']>, 'refuse'>

const batchMax = 256
/** u8 sent before? │ id */
const receiptBytes = 1 + ulidBytes
const outcomeBytes: Readonly<Record<AckOutcome, number>> = { done: 0, unknown: 1, conflict: 2 }

export function batchHandlers(parts: ReceiveParts): Handlers {
  const { exchange, depot, acknowledge } = parts
  const receive = receiver(parts)

  return {
    sendBatch({ topic, messages }, call) {
      const letters = messages.map(({ idem_key, payload_b64, attrs = {} }, n) => {
        const payload =
          fromBase64(payload_b64) ??
          call.refuse(
            'BadRequest',
            `messages.${n}.payload_b64 is not base64 with padding (RFC 4648, section 4)`,
          )
        return encodeLetter({ idem_key, attrs, payload })
      })
      const kept = exchange.send({ tenant: call.caller.tenant, topic, letters }, call)
      const results = kept.duplicates.map((duplicate, n) => ({
        msg_id: ulidText(kept.ids, n * ulidBytes),
        duplicate,
      }))
      return acknowledge({ results, ...refusedOf(kept) })
    },

    ackBatch({ msg_ids, lease }, { caller: { tenant } }) {
      const receipts = { tenant, ids: wordsOf(msg_ids), lease: lease === undefined ? null : leaseOf(lease) }
      const outcomes = exchange.ackAll(receipts)
      return acknowledge({ done: doneOf(outcomes), outcomes })
    },

    sendPacked({ topic, body }, call) {
      const letters = lettersOf(body, call)
      const kept = exchange.send({ tenant: call.caller.tenant, topic, letters }, call)
      const { duplicates } = kept
      const receipts = new Uint8Array(receiptBytes * duplicates.length)
      for (const [n, duplicate] of duplicates.entries()) {
        receipts[n * receiptBytes] = duplicate ? 1 : 0
        receipts.set(kept.ids.subarray(n * ulidBytes, (n + 1) * ulidBytes), n * receiptBytes + 1)
      }
      return acknowledge({
        kept: duplicates.length,
        duplicates: duplicates.filter(Boolean).length,
        ...refusedOf(kept),
        body: receipts,
      })
    },

    async recvPacked(request, call) {
      const answer = await receive(request, request, call, (slots) => {
        const lease = leaseText(depot.messages.columns.lease, slots[0] ?? 0) ?? ''
        const body = packDeliveries(depot.messages, slots)
        return { outcome: 'messages' as const, count: slots.length, lease, body }
      })
      return answer ?? { outcome: 'empty', count: 0, body: new Uint8Array(0) }
    },

    ackPacked({ lease, body }, call) {
      if (body.length === 0 || body.length % ulidBytes !== 0 || body.length > batchMax * ulidBytes) {
        call.refuse(
          'BadRequest',
          `the body has ${body.length} bytes; packed ids have ${ulidBytes} each, 1 to ${batchMax} of them`,
        )
      }
      const { tenant } = call.caller
      // Words must begin where words may, and the body may be a view of anything.
      const ids = new Uint32Array(Uint8Array.from(body).buffer)
      const outcomes = exchange.ackAll({ tenant, ids, lease: lease === undefined ? null : leaseOf(lease) })
      return acknowledge({
        done: doneOf(outcomes),
        body: Uint8Array.from(outcomes, (outcome) => outcomeBytes[outcome]),
      })
    },
  }
}

/** The letters of a body, each of them checked. */
function lettersOf(body: Uint8Array, call: PackedCall): Uint8Array[] {
  const letters = splitRows(body, batchMax)
  if (letters === null || letters.length === 0) {
    return call.refuse(
      'BadRequest',
      `the body is not packed letters, 1 to ${batchMax} of them, each behind its length (u32, big-endian)`,
    )
  }
  for (const [n, letter] of letters.entries()) {
    const from = payloadFrom(letter)
    if (from === null) {
      call.refuse(
        'BadRequest',
        `letter ${n} is cut short, or its key is not 1 to 128 printable characters of ASCII`,
      )
    }
    const fault = attrsFault(letter)
    if (fault !== null) call.refuse('BadRequest', `letter ${n}: ${fault}`)
  }
  return letters
}

function refusedOf({ refused }: Kept) {
  return refused === null ? {} : { refused_code: refused.code, refused_detail: refused.detail }
}

function doneOf(outcomes: readonly AckOutcome[]): number {
  return outcomes.filter((outcome) => outcome === 'done').length
}
