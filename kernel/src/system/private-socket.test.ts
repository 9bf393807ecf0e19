import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listenPrivately } from './private-socket.ts'

const folder = mkdtempSync(join(tmpdir(), 'private-socket-'))
const servers: Server[] = []
after(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})

const key = 'uds.path'
let folders = 0
/** In a folder of its own that is not there yet. */
const somewhere = () => join(folder, String(folders++), 'node.sock')

async function listening(path: string): Promise<Server> {
  const server = createServer()
  servers.push(server)
  await listenPrivately(server, { key, path })
  return server
}

async function refusal(path: string): Promise<string> {
  const thrown = await listening(path).then(
    () => null,
    (error: unknown) => error,
  )
  assert.ok(thrown instanceof Error, `${path} is listened on`)
  return thrown.message
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('the folder is made for its owner alone, and so is the socket; the name goes with the server', async () => {
  const path = somewhere()
  const before = process.umask()
  const server = await listening(path)
  assert.deepEqual([modeOf(join(path, '..')), modeOf(path)], ['700', '600'])
  assert.equal(process.umask(), before, 'what is made next has the rights that it would have had')
  server.close()
  await once(server, 'close')
  assert.ok(!existsSync(path))
})

test('a folder that others may enter, or that is none, is refused', async () => {
  const open = somewhere()
  mkdirSync(join(open, '..'))
  for (const right of [0o040, 0o020, 0o010, 0o004, 0o002, 0o001]) {
    chmodSync(join(open, '..'), 0o700 | right)
    assert.match(await refusal(open), /^uds\.path: the folder .* is open to others than its owner; chmod 700/)
  }
  const file = join(folder, 'file')
  writeFileSync(file, '')
  assert.match(await refusal(join(file, 'node.sock')), /file is no folder; name a path in one/)
  assert.match(await refusal(join(folder, 'not', 'there', 'node.sock')), /ENOENT/)
})

test('a folder of another user is refused', async () => {
  const path = somewhere()
  const theirs = join(path, '..')
  mkdirSync(theirs, { mode: 0o700 })
  // Whoever may not give a folder away does not own the topmost one.
  const root = process.getuid?.() === 0
  if (root) chownSync(theirs, 12_345, 12_345)
  assert.match(
    await refusal(root ? path : '/node.sock'),
    /^uds\.path: the folder .* belongs to user \d+ and this/,
  )
})

test('a socket that nobody listens on any more is replaced', async () => {
  const path = somewhere()
  mkdirSync(join(path, '..'), { mode: 0o700 })
  const killed = spawnSync(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ])
  assert.equal(killed.signal, 'SIGKILL')
  assert.ok(statSync(path).isSocket())
  const server = await listening(path)
  server.close()
})

test('a socket that somebody listens on is refused, and stays', async () => {
  const path = somewhere()
  const server = await listening(path)
  assert.match(
    await refusal(path),
    /^uds\.path: another process listens at .*; stop it, or name another path/,
  )
  assert.ok(existsSync(path))
  server.close()
})

test('a socket whose owner accepts nobody for now is not taken for one that was left behind', async () => {
  const path = somewhere()
  mkdirSync(join(path, '..'), { mode: 0o700 })
  const script = `require('net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => process.kill(process.pid, 'SIGSTOP'))`
  const stopped = spawn(process.execPath, ['-e', script])
  after(() => stopped.kill('SIGKILL'))
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 10))
  let waiting = 0
  const full = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(path, () => resolve(false))
      socket.once('error', () => resolve(true))
      after(() => socket.destroy())
      waiting++
    })
  while (!(await full())) assert.ok(waiting < 64, 'its queue has no end')
  assert.match(await refusal(path), /another process listens at .*; stop it, or name another path/)
  assert.ok(existsSync(path))
})

test('what is no socket is refused, and stays as it was', async () => {
  const path = somewhere()
  mkdirSync(join(path, '..'), { mode: 0o700 })
  writeFileSync(path, 'dear')
  assert.match(
    await refusal(path),
    /node\.sock is there and is no socket; move it away, or name another path/,
  )
  assert.equal(readFileSync(path, 'utf8'), 'dear')

  const elsewhere = somewhere()
  const server = await listening(elsewhere)
  const link = join(path, '..', 'link.sock')
  symlinkSync(elsewhere, link)
  assert.match(await refusal(link), /link\.sock is there and is no socket/)
  server.close()
})

test('a path that the system would cut is refused', async () => {
  const path = join(folder, 'x'.repeat(104 - Buffer.byteLength(folder) - 1))
  assert.match(await refusal(path), /has 104 bytes; a Unix socket has at most 103, use a shorter path/)
})
