/** A peer as this node asks it, over OAP/1 on a WebSocket. What it answers is taken for no more than bytes and text. */

import { attenuate, NodeError, SDK, type Operations } from '@ron/app-sdk'
import type { PeerLink } from '@ron/kernel/identity/peer-links'

type Greeting = Operations['peers']['greet']['request']
type Proof = Operations['peers']['prove']['request']
export type Greeted = Operations['peers']['greet']['response']

/** A message as it leaves its topic. */
export interface Letter {
  readonly topic: string
  readonly idemKey: string
  readonly payload: Uint8Array
  readonly attrs: Readonly<Record<string, string>>
}

/** While two nodes meet. */
export interface Stranger {
  greet(greeting: Greeting): Promise<Greeted>
  prove(proof: Proof): Promise<void>
  close(): void
}

/** One that has proved who it is. Every call rejects with a `NodeError` for what it refuses. */
export interface Remote {
  content(address: string): Promise<Uint8Array>
  /** True when it had the message before. */
  send(letter: Letter): Promise<boolean>
  close(): void
}

/** How long the token for a meeting is good. */
const meetingMs = 60_000
const once = { attemptsMax: 1 }

/**
 * Whoever answers there may not be the peer, so it is shown a token that is good for a meeting and for a minute.
 * Throws for a token that cannot be read.
 */
export function strangerAt({ url }: PeerLink, token: string, nowMs: number, timeoutMs: number): Stranger {
  const expires = new Date(nowMs + meetingMs).toISOString()
  const cap = attenuate(token, 'verbs = peers.meet', `expires = ${expires}`)
  const sdk = new SDK({ baseUrl: url, cap, carrier: 'oap', timeoutMs, retry: once })
  return {
    greet: (greeting) => sdk.peers.greet(greeting),
    async prove(proof) {
      await sdk.peers.prove(proof)
    },
    close: () => sdk.close(),
  }
}

/** The connection is not opened a second time: whoever answers then has not proved anything yet. */
export function remoteAt({ url }: PeerLink, cap: string, timeoutMs: number): Remote {
  const sdk = new SDK({ baseUrl: url, cap, carrier: 'oap', timeoutMs, retry: once, reconnect: false })
  return {
    async content(address) {
      const { body } = await sdk.objects.getByAddress({ address })
      return body
    },
    async send({ topic, idemKey, payload, attrs }) {
      if (Object.keys(attrs).length === 0) {
        const { duplicate } = await sdk.mailbox.sendBytes({ topic, idempotency_key: idemKey, body: payload })
        return duplicate
      }
      const payload_b64 = Buffer.from(payload).toString('base64')
      const { duplicate } = await sdk.mailbox.send({ topic, idem_key: idemKey, payload_b64, attrs })
      return duplicate
    },
    close: () => sdk.close(),
  }
}

/** What a peer refused and may take later: it is busy, full or shutting down. Null for everything else. */
export function laterMs(thrown: unknown): number | null {
  if (!(thrown instanceof NodeError) || !(thrown.problem.retryable || thrown.code === 'Full')) return null
  return thrown.problem.retry_after_ms ?? 1_000
}

/** Whether it is an answer of the peer, and not the want of one. */
export function isAnswer(thrown: unknown): thrown is NodeError {
  return thrown instanceof NodeError
}
