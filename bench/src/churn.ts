/**
 * Use of every facet over OAP, round after round, that leaves a node as it found it: what is written is read and
 * removed, or falls out of a window that is full. What was written and is not read again ends it.
 */

import { SDK } from '@ron/app-sdk'
import assert from 'node:assert/strict'
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
  const { msg_id: sent } = await sdk.mailbox.send({
    topic,
    idem_key: `soak-${round}`,
    payload_b64: 'c29haw==',
  })
  const { messages } = await sdk.mailbox.recv({ topic, max_messages: 10 })
  assert.ok(
    messages.some(({ msg_id }) => msg_id === sent),
    `message ${sent} was sent and not received`,
  )
  for (const { msg_id, lease } of messages) await sdk.mailbox.ack({ msg_id, lease })

  await sdk.feed.follow({ user, author })
  const { post_id: posted } = await sdk.feed.post({ author, text: `post ${round}` })
  const { items } = await sdk.feed.home({ user, limit: 10 })
  assert.ok(
    items.some(({ post_id }) => post_id === posted),
    `post ${posted} is not in the home of a follower`,
  )
  await sdk.feed.removePost({ post_id: posted })

  const edge = { from: user, to: `${author}-${round % 64}` }
  await sdk.graph.link(edge)
  const { neighbors } = await sdk.graph.graph({ q: user })
  assert.deepEqual(
    neighbors.map(({ node }) => node),
    [edge.to],
  )
  await sdk.graph.unlink(edge)

  const id = `doc-${round % 64}`
  await sdk.search.putDoc({ id, fields: { body: `the quick brown fox ${round % 512}` } })
  const { results } = await sdk.search.search({ q: 'fox' })
  assert.deepEqual(
    results.map((result) => result.id),
    [id],
  )
  await sdk.search.removeDoc({ id })
}
