/** Emptying a queue of a node, to see what was in it. */

import assert from 'node:assert/strict'
import type { Ask } from './http.ts'

/** Takes every message of a topic and acknowledges it; their texts, in the order they came. */
export async function emptied(ask: Ask, topic: string): Promise<readonly string[]> {
  const found: string[] = []
  for (;;) {
    const wish = { topic, visibility_ms: 60_000, max_messages: 64 }
    const reply = await ask('POST /v1/mailbox/recv', { json: wish })
    assert.equal(reply.status, 200, reply.text)
    const { messages } = reply.json<{
      messages: readonly { msg_id: string; lease: string; payload_b64: string }[]
    }>()
    if (messages.length === 0) return found
    for (const { msg_id, lease, payload_b64 } of messages) {
      found.push(atob(payload_b64))
      const acked = await ask('POST /v1/mailbox/ack', { json: { msg_id, lease } })
      assert.equal(acked.status, 200, acked.text)
    }
  }
}
