/**
 * Somebody between two nodes who passes everything on, and one text as another of the same length. To the one that
 * dials it is a peer that proves who it is and lies afterwards.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'

/** Its port. `lies` of what the node at `port` says. */
export async function liarBefore(port: number, truth: string, lie: string): Promise<number> {
  assert.equal(truth.length, lie.length)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const node = connect(port, '127.0.0.1')
    client.pipe(node)
    node.on('data', (said) => {
      client.write(Buffer.from(said.toString('latin1').replaceAll(truth, lie), 'latin1'))
    })
    for (const [socket, other] of [
      [client, node],
      [node, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  return address.port
}
