/** A port of loopback that nobody listens on at the moment, for nodes whose port must be known beforehand. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  assert(address !== null && typeof address === 'object')
  return address.port
}
