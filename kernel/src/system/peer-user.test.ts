import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { peerUser } from './peer-user.ts'

test('the user of whoever connects is told, and nobody once the connection is gone', async () => {
  if (process.platform !== 'linux') return assert.rejects(peerUser(), /cannot be told/)
  const folder = mkdtempSync(join(tmpdir(), 'peer-user-'))
  const server = createServer()
  try {
    server.listen(join(folder, 's'))
    await once(server, 'listening')
    const client = connect(join(folder, 's'))
    const [connection]: Socket[] = await once(server, 'connection')
    assert.ok(connection)
    const userOf = await peerUser()
    assert.equal(userOf(connection), process.getuid?.())
    client.destroy()
    connection.destroy()
    await once(connection, 'close')
    assert.equal(userOf(connection), null)
  } finally {
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test('where users cannot be told, that is said', async () => {
  await assert.rejects(
    peerUser('darwin', 'arm64'),
    /the users of a Unix socket cannot be told on darwin arm64/,
  )
  await assert.rejects(peerUser('linux', 'ppc64'), /cannot be told on linux ppc64/)
})
