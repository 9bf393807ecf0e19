/** Somebody between two nodes who passes everything on, and some of what the one that answers says as something else. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'

/** Its port. `lie` makes of what the node at `port` says, a character for each byte, another text of the same length. */
export async function liarBefore(port: number, lie: (said: string) => string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const node = connect(port, '127.0.0.1')
    client.pipe(node)
    node.on('data', (said) => {
      const told = Buffer.from(lie(said.toString('latin1')), 'latin1')
      assert.equal(told.length, said.length)
      client.write(told)
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
