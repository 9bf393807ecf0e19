/**
 * No acknowledged send is lost and no acknowledged acknowledgement undone when the thread of the mailbox ends,
 * whatever ends it and whenever, with senders and receivers at work; and a send that is repeated because its
 * answer was lost is the same message.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

interface Envelope {
  readonly msg_id: string
  readonly lease: string
}

const topic = 'orders'
/** Longer than any answer takes, so that a message that comes twice was not leased twice at once. */
const visibility_ms = 5_000

test('under load and three ends of the thread every message that was sent is worked off, and none after that', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  /** Message ids by the key they were sent under. */
  const sent = new Map<string, string>()
  const acked = new Set<string>()
  const refused = new Set<number>()
  const [enoughSent, enough] = [new AbortController(), new AbortController()]

  /** Asks again while the service restarts. */
  async function insist(request: Parameters<typeof ask>[0], json: object) {
    for (;;) {
      const reply = await ask(request, { json })
      if (reply.status !== 503) return reply
      refused.add(reply.status)
    }
  }
  const send = async (idem_key: string) => {
    const letter = { topic, idem_key, payload_b64: btoa(idem_key) }
    const reply = await insist('POST /v1/mailbox/send', letter)
    assert.equal(reply.status, 200, reply.text)
    return reply.json<{ msg_id: string; duplicate: boolean }>()
  }
  const sender = async (who: number) => {
    for (let n = 0; !enoughSent.signal.aborted; n++) {
      const key = `${who}.${n}`
      sent.set(key, (await send(key)).msg_id)
    }
  }
  const receiver = async () => {
    while (!enough.signal.aborted) {
      const wish = { topic, visibility_ms, wait_ms: 200, max_messages: 8 }
      const reply = await insist('POST /v1/mailbox/recv', wish)
      const { messages } = reply.json<{ messages: readonly Envelope[] }>()
      for (const { msg_id } of messages) assert.ok(!acked.has(msg_id), 'delivered after it was acknowledged')
      for (const { msg_id, lease } of messages) {
        const { status } = await insist('POST /v1/mailbox/ack', { msg_id, lease })
        assert.equal(status, 200)
        acked.add(msg_id)
      }
    }
  }
  const receivers = [receiver(), receiver()]
  const senders = [1, 2, 3].map(sender)
  for (const line of [
    'process.exit(7)',
    'throw new Error("thrown from outside")',
    'void Promise.reject(new Error("rejected from outside"))',
  ]) {
    const before = acked.size
    await eventually('more to be worked off', async () => acked.size > before + 20)
    await restartThread(node, 'mailbox', line)
  }
  enoughSent.abort()
  await Promise.all(senders)
  await eventually('all to be worked off', async () => [...sent.values()].every((id) => acked.has(id)))
  enough.abort()
  await Promise.all(receivers)
  assert.equal(acked.size, sent.size, 'a send that was repeated is one message')
  for (const [key, msg_id] of [...sent].slice(0, 20)) {
    assert.deepEqual(await send(key), { msg_id, duplicate: true })
  }
})

test('homes show after each end of the thread what they showed before', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  const texts: string[] = []
  await ask('POST /feed/follow', { json: { user: 'zoe', author: 'ann' } })
  for (let round = 0; round < 3; round++) {
    const text = `post ${round}`
    assert.equal((await ask('POST /feed/post', { json: { author: 'ann', text } })).status, 200)
    texts.unshift(text)
    await restartThread(node, 'mailbox', 'process.exit(7)')
    const home = (await ask('GET /feed/home?user=zoe')).json<{ items: readonly { text: string }[] }>()
    assert.deepEqual(
      home.items.map((item) => item.text),
      texts,
    )
  }
})
