/** Where a node answers its clients, for commands that are one of them. */

import { askAdmin } from './admin-client.ts'
import { capOf, type AskingWorld } from './asking.ts'
import { failed, type Outcome } from './outcome.ts'
import { isObject, parsed, refused } from './replies.ts'
import { socketBase } from './socket-address.ts'

/**
 * Said in RON_URL, or told by the admin surface. One that means every address is the admin's host, or this machine where that
 * is asked at a socket.
 */
export async function nodeAddress(admin: string, world: AskingWorld): Promise<string | Outcome> {
  const said = world.environment['RON_URL'] ?? ''
  if (said !== '') return socketBase(said) ?? said.replace(/\/+$/, '')
  const answer = await askAdmin(world.fetch, admin, '/api/v1/status', capOf(world))
  if (!answer.ok) return failed(answer.because)
  const status = parsed(answer.reply.text)
  if (answer.reply.status !== 200 || !isObject(status)) return refused(answer.reply)
  const address = String(status['node_addr'] ?? '')
  if (!URL.canParse(address)) return failed('the node does not tell its own address; name it with RON_URL')
  const url = new URL(address)
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]')
    url.hostname = new URL(admin).hostname || 'localhost'
  return url.origin
}
