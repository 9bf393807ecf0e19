/** The queues on the wire: requests become questions to the exchange, messages become envelopes. */

import type { Call, Caller, EventOf, RequestOf, ResponseOf, Running } from '@ron/kernel/contract/contract'
import { encodeLetter, type Letter } from '@ron/kernel/contract/packed/letter'
import { ulidText } from '@ron/kernel/contract/packed/ulid'
import type { mailbox } from './contract.ts'
import { digest } from './ids/digest.ts'
import { wordsOf } from './ids/words.ts'
import type { Subscribers } from './live/subscribers.ts'
import type { queueOperations } from './operations/queues.ts'
import { fromBase64, payloadBytesMax, shownBytesMax, toBase64 } from './payload.ts'
import { originOf } from './queues/dead-letters.ts'
import type { Receipt } from './queues/exchange.ts'
import { leaseOf } from './queues/lease.ts'
import type { Message } from './queues/message.ts'
import { noSlot } from './queues/store/key-index.ts'
import { receiver, type ReceiveParts } from './receiving.ts'

type Operations = (typeof mailbox)['operations']
/** Tenants in one answer about their topics. */
const usageMax = 1_024

type Handlers = Pick<Running<typeof mailbox>['handle'], keyof typeof queueOperations>
type Envelope = Omit<ResponseOf<Operations['recv']>['messages'][number], 'payload_b64'>
export type TopicEvent = EventOf<Operations['subscribe']>
type SendCall = Pick<Call<Operations['send']>, 'caller' | 'refuse'>

/** Where a message goes, and what is done about one that was sent before. */
interface Idem {
  readonly topic: string
  readonly key: string
  readonly mode: string | undefined
}

const defaults = { reprocess: 100, topics: 100 }

interface QueueParts extends ReceiveParts {
  readonly subscribers: Subscribers<TopicEvent>
}

export function queueHandlers(parts: QueueParts): Handlers {
  const { exchange, depot, acknowledge, subscribers } = parts
  const receive = receiver(parts)

  function send(letter: Omit<Letter, 'idem_key'>, idem: Idem, call: SendCall) {
    const bytes = letter.payload.length
    if (bytes > payloadBytesMax) {
      call.refuse(
        'TooLarge',
        `the payload has ${bytes} bytes, the limit is ${payloadBytesMax}; store it and send its address`,
      )
    }
    const { topic, key: idem_key, mode } = idem
    const letters = [encodeLetter({ ...letter, idem_key })]
    const { ids, duplicates } = exchange.send({ tenant: call.caller.tenant, topic, letters }, call)
    const [msg_id, duplicate] = [ulidText(ids, 0), duplicates[0] === true]
    if (duplicate && mode === '409-conflict') {
      call.refuse('Conflict', `message ${msg_id} was sent with this key and payload before`)
    }
    return acknowledge({ msg_id, duplicate })
  }

  function ack(request: RequestOf<Operations['ack']>, call: Call<Operations['ack']>) {
    exchange.ack(receiptOf(request, call.caller), call)
    return acknowledge({ ok: true })
  }

  function nack(request: RequestOf<Operations['nack']>, call: Call<Operations['nack']>) {
    exchange.nack(receiptOf(request, call.caller), request.reason ?? 'given back', call)
    return acknowledge({ ok: true })
  }

  return {
    send(request, call) {
      const payload =
        fromBase64(request.payload_b64) ??
        call.refuse('BadRequest', 'payload_b64 is not base64 with padding (RFC 4648, section 4)')
      const { topic, attrs = {}, idempotency_mode: mode } = request
      return send({ attrs, payload }, { topic, key: oneKey(request, call), mode }, call)
    },

    sendBytes({ topic, idempotency_key: key, idempotency_mode: mode, body }, call) {
      return send({ attrs: {}, payload: body }, { topic, key, mode }, call)
    },

    async recv(request, call) {
      const messages = await receive(request, request, call, (slots) =>
        slots.map((slot) => {
          const message = depot.message(slot)
          return { ...envelopeOf(message, request.topic), payload_b64: toBase64(message.payload) }
        }),
      )
      return { messages: messages ?? [] }
    },

    async recvBytes(request, call) {
      const one = { max_messages: 1, max_bytes: payloadBytesMax }
      const answer = await receive(request, one, call, ([slot = noSlot]) => {
        const message = depot.message(slot)
        return {
          outcome: 'message' as const,
          ...envelopeOf(message, request.topic),
          body: Uint8Array.from(message.payload),
        }
      })
      return answer ?? { outcome: 'empty', body: new Uint8Array(0) }
    },

    ack,
    ackByPath: ack,
    nack,
    nackByPath: nack,

    subscribe({ topic }, call) {
      return subscribers.subscribe(call.caller.tenant, topic, call)
    },

    dlqReprocess({ topic, limit = defaults.reprocess }, call) {
      return acknowledge({ moved: exchange.reprocess(call.caller.tenant, topic, limit, call) })
    },

    topics({ limit = defaults.topics, after = '' }, { caller }) {
      const found = exchange.page(caller.tenant, after, limit + 1)
      const topics = found.slice(0, limit)
      const last = topics.at(-1)
      return { topics, ...(found.length > limit && last !== undefined ? { next_after: last.topic } : {}) }
    },

    usage: () => ({ items: depot.mostTopics(usageMax) }),

    topic({ topic }, { caller }) {
      return exchange.counts(caller.tenant, topic)
    },
  }
}

export function topicEventOf(message: Message, topic: string): TopicEvent {
  return {
    kind: 'message',
    msg_id: message.id,
    topic,
    ts: timestamp(message.sentAtMs),
    attrs: message.attrs,
    payload_bytes: message.payload.length,
    ...(message.payload.length > shownBytesMax ? {} : { payload_b64: toBase64(message.payload) }),
  }
}

function envelopeOf(message: Message, topic: string): Envelope {
  const { reason } = message
  return {
    msg_id: message.id,
    topic,
    ts: timestamp(message.sentAtMs),
    idem_key: message.idemKey,
    payload_hash: digest(message.payload),
    attrs: message.attrs,
    attempt: message.attempt,
    lease: message.lease ?? '',
    ...(originOf(topic) !== null && reason !== null ? { dlq_reason: reason } : {}),
  }
}

/** The key may come in the body, in the header, or in both when they agree. */
function oneKey(request: RequestOf<Operations['send']>, call: SendCall): string {
  const { idem_key: inBody, idempotency_key: inHeader } = request
  if (inBody !== undefined && inHeader !== undefined && inBody !== inHeader) {
    call.refuse('BadRequest', 'idem_key and the Idempotency-Key header differ; send one of them')
  }
  return (
    inBody ??
    inHeader ??
    call.refuse('BadRequest', 'an idempotency key is required: idem_key, or the Idempotency-Key header')
  )
}

function receiptOf({ msg_id, lease }: { msg_id: string; lease?: string }, { tenant }: Caller): Receipt {
  return { tenant, id: wordsOf([msg_id]), lease: lease === undefined ? null : leaseOf(lease) }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
