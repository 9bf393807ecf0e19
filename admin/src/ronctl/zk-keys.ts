/** What `ronctl zk keys` makes of `GET /api/v1/zk`: nothing is believed of it but what is signed. */

import { openNote, parseVerifierKey } from '@ron/kernel/tlog/note'
import { parseZkKeys } from '@ron/kernel/tlog/zk-keys'
import type { Reply } from './admin-client.ts'
import { answered, failed, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'
import { refused } from './replies.ts'

/** `trusted` is the key as `name+id+base64`; null takes the node's word for it. */
export function keysOutcome(reply: Reply, trusted: string | null): Outcome {
  if (reply.status !== 200) return refused(reply)
  const told: unknown = JSON.parse(reply.text)
  const [own, statement]: unknown[] = ['key', 'statement'].map((name) => Reflect.get(Object(told), name))
  if (typeof own !== 'string' || typeof statement !== 'string')
    return failed('the node verifies no proofs; set zk-verify.circuits, and see why in ronctl ready')
  try {
    const key = parseVerifierKey(trusted ?? own)
    const { verifier, pins } = parseZkKeys(openNote(statement, [key]))
    const word = trusted === null ? '; the key is what the node says it is' : ''
    const lines = [...pins, `for proofs that are made for ${verifier}${word}`]
    return answered(visible(lines.join('\n')), { ok: true, key: trusted ?? own, verifier, pins, statement })
  } catch (thrown) {
    return failed(visible(thrown instanceof Error ? thrown.message : String(thrown)))
  }
}
