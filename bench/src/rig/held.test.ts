import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { held } from './held.ts'

test('connections are held and counted, say what they are told, come again when they are closed, and go in the end', async () => {
  const sockets = new Set<Socket>()
  const seen = { accepted: 0, said: '' }
  const server = createServer((socket) => {
    seen.accepted++
    sockets.add(socket)
    socket.on('data', (piece) => (seen.said += piece.toString()))
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const again = { bytes: Buffer.from('b'), everyMs: 50 }
  const others = await held(
    { host: '127.0.0.1', port, connections: 250, first: Buffer.from('a'), again },
    null,
  )
  assert.deepEqual(await others.state(), { open: 250, lost: 0 })
  while (seen.said.split('b').length <= 250) await pause(5)
  assert.equal(seen.said.split('a').length - 1, 250)

  for (const socket of [...sockets].slice(0, 50)) socket.destroy()
  while (seen.accepted < 300) await pause(5)
  while ((await others.state()).open < 250) await pause(5)
  assert.deepEqual(await others.state(), { open: 250, lost: 50 })
  others.end()
  while (sockets.size > 0) await pause(5)
  server.close()
})
