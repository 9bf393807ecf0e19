/**
 * Use of every facet over OAP, round after round, that leaves a node as it found it: what is written is read and
 * removed, or falls out of a window that is full.
 */

import { SDK } from '@ron/app-sdk'
import type { Server } from './child.ts'

const topics = 16
const users = 16

/** Goes round until told to stop; resolves with the number of rounds. */
export async function churn({ url, token }: Server, signal: AbortSignal): Promise<number> {
  const sdk = new SDK({ baseUrl: url, cap: token, carrier: 'oap' })
  let rounds = 0
  try {
    for (; !signal.aborted; rounds++) await goRound(sdk, rounds)
  } finally {
    sdk.close()
  }
  return rounds
}

async function goRound(sdk: SDK, round: number): Promise<void> {
  const topic = `soak-${round % topics}`
  const [user, author] = [`user-${round % users}`, `author-${round % users}`]
  await sdk.mailbox.send({ topic, idem_key: `soak-${round}`, payload_b64: 'c29haw==' })
  const { messages } = await sdk.mailbox.recv({ topic, max_messages: 10 })
  for (const { msg_id, lease } of messages) await sdk.mailbox.ack({ msg_id, lease })

  await sdk.feed.follow({ user, author })
  const { post_id } = await sdk.feed.post({ author, text: `post ${round}` })
  await sdk.feed.home({ user, limit: 10 })
  await sdk.feed.removePost({ post_id })

  const edge = { from: user, to: `${author}-${round % 64}` }
  await sdk.graph.link(edge)
  await sdk.graph.graph({ q: user })
  await sdk.graph.unlink(edge)

  const id = `doc-${round % 64}`
  await sdk.search.putDoc({ id, fields: { body: `the quick brown fox ${round % 512}` } })
  await sdk.search.search({ q: 'fox' })
  await sdk.search.removeDoc({ id })
}
