/**
 * Ports of loopback that nobody listens on at the moment, for nodes whose port must be known beforehand. None is given
 * twice: whoever was given one may not listen on it yet.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'

const given = new Set<number>()
const triesMax = 64

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    server.close()
    assert(address !== null && typeof address === 'object')
    if (given.has(address.port)) continue
    given.add(address.port)
    return address.port
  }
  throw new Error(`no port was found in ${triesMax} tries that was not given before`)
}
