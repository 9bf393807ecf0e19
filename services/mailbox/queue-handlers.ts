/** The queues on the wire: requests become questions to the exchange, messages become envelopes. */

import type { Call, Caller, EventOf, RequestOf, ResponseOf, Running } from '@ron/kernel/contract/contract'
import type { mailbox } from './contract.ts'
import type { Journaled } from '../journaled.ts'
import type { Subscribers } from './live/subscribers.ts'
import type { queueOperations } from './operations/queues.ts'
import { fromBase64, payloadBytesMax, shownBytesMax, toBase64 } from './payload.ts'
import { originOf } from './queues/dead-letters.ts'
import type { Exchange, Letter, Receipt, Wish } from './queues/exchange.ts'
import type { Message } from './queues/message.ts'
import type { Waiters } from './queues/waiters.ts'

type Operations = (typeof mailbox)['operations']
type Handlers = Pick<Running<typeof mailbox>['handle'], keyof typeof queueOperations>
type Envelope = Omit<ResponseOf<Operations['recv']>['messages'][number], 'payload_b64'>
export type TopicEvent = EventOf<Operations['subscribe']>
type SendCall = Pick<Call<Operations['send']>, 'caller' | 'refuse'>

const defaults = { messagesMax: 32, bytesMax: 524_288, reprocess: 100, topics: 100 }

interface QueueParts {
  readonly exchange: Exchange
  readonly waiters: Waiters
  readonly acknowledge: Journaled['acknowledge']
  readonly subscribers: Subscribers<TopicEvent>
  /** A lease's length when the receiver does not say. */
  readonly visibilityMs: number
}

export function queueHandlers(parts: QueueParts): Handlers {
  const { exchange, waiters, acknowledge, subscribers, visibilityMs } = parts

  function send(letter: Omit<Letter, 'tenant'>, mode: string | undefined, call: SendCall) {
    const bytes = letter.payload.length
    if (bytes > payloadBytesMax) {
      call.refuse(
        'TooLarge',
        `the payload has ${bytes} bytes, the limit is ${payloadBytesMax}; store it and send its address`,
      )
    }
    const { id, duplicate } = exchange.send({ ...letter, tenant: call.caller.tenant }, call)
    if (duplicate && mode === '409-conflict') {
      call.refuse('Conflict', `message ${id} was sent with this key and payload before`)
    }
    return acknowledge({ msg_id: id, duplicate })
  }

  /** Messages are put in their shape at the moment they are leased; later somebody may have acknowledged them. */
  async function receive<Shape>(
    { topic, visibility_ms, wait_ms: waitMs = 0 }: RequestOf<Operations['recvBytes']>,
    most: Pick<Wish, 'messagesMax' | 'bytesMax'>,
    call: Pick<Call<Operations['recv']>, 'caller' | 'refuse' | 'signal'>,
    shape: (message: Message) => Shape,
  ): Promise<Shape[]> {
    const { tenant } = call.caller
    const wish = { tenant, topic, visibilityMs: visibility_ms ?? visibilityMs, ...most }
    const attempt = () => {
      const messages = exchange.receive(wish, call)
      return messages.length === 0 ? null : messages.map(shape)
    }
    const now = attempt()
    if (now !== null || waitMs === 0) return acknowledge(now ?? [])
    return acknowledge((await waiters.wait(lineOf(tenant, topic), attempt, waitMs, call)) ?? [])
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
      const { topic, attrs = {} } = request
      return send({ topic, attrs, payload, idemKey: oneKey(request, call) }, request.idempotency_mode, call)
    },

    sendBytes({ topic, idempotency_key: idemKey, idempotency_mode: mode, body }, call) {
      // The body may be a view into a buffer that others use; a payload is kept, and overwritten when it goes.
      return send({ topic, idemKey, attrs: {}, payload: Uint8Array.from(body) }, mode, call)
    },

    async recv(request, call) {
      const { max_messages: messagesMax = defaults.messagesMax, max_bytes: bytesMax = defaults.bytesMax } =
        request
      const messages = await receive(request, { messagesMax, bytesMax }, call, (message) => ({
        ...envelopeOf(message, request.topic),
        payload_b64: toBase64(message.payload),
      }))
      return { messages }
    },

    async recvBytes(request, call) {
      const one = { messagesMax: 1, bytesMax: payloadBytesMax }
      const [message] = await receive(request, one, call, (leased) => ({
        ...envelopeOf(leased, request.topic),
        body: Uint8Array.from(leased.payload),
      }))
      if (message === undefined) return { outcome: 'empty', body: new Uint8Array(0) }
      return { outcome: 'message', ...message }
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

    topic({ topic }, { caller }) {
      return exchange.counts(caller.tenant, topic)
    },
  }
}

/** The name of the line in which receivers of a topic wait. */
export function lineOf(tenant: string, topic: string): string {
  return `${tenant} ${topic}`
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
    payload_hash: message.payloadHash,
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

function receiptOf({ msg_id: id, lease }: { msg_id: string; lease?: string }, { tenant }: Caller): Receipt {
  return { tenant, id, lease }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
