/**
 * Amnesia: from its first instruction to its last, a micronode under load creates no file, opens none for
 * writing and writes to nothing that outlives it.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openEvents } from './event-source.ts'
import { asker } from './http.ts'
import { scrape } from './metrics.ts'
import { secretFile } from './identities.ts'
import { startNode } from './node-process.ts'
import { OapSocket } from './oap-socket.ts'
import { need, runProgram } from './programs.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import { changes, readTraces, stracing } from './strace.ts'

test('a loaded micronode writes to no file', async () => {
  need('strace')
  const traces = mkdtempSync(join(scratchFolder(), 'traces-'))
  const home = mkdtempSync(join(scratchFolder(), 'home-'))
  const config = scratchFile('amnesia.toml', '[storage]\nbytes_max = "8MiB"\n')
  const token = secretFile('of-nobody', 'a token')
  const link = `nobody http://127.0.0.1:9 ${'0'.repeat(64)} ${token}`
  const node = await startNode({
    args: ['--config', config, '--set', 'log.level=debug', '--set', `peers.links=${link}`],
    env: { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home },
    cwd: home,
    through: stracing(traces),
  })
  const ask = asker(node)
  const watching = await openEvents(`${node.url}/v1/mailbox/subscribe?topic=t`, node.token)
  const socket = await OapSocket.open(node.url, node.token)
  for (let round = 0; round < 12; round++) {
    await ask(`PUT /objects/large/${round}`, { body: Buffer.alloc(1_000_000, round) })
    await ask('PUT /objects/zipped', {
      body: gzipSync('x'.repeat(40)),
      headers: { 'content-encoding': 'gzip' },
    })
    await ask(`GET /objects/large/${round}`)
    await ask('POST /v1/mailbox/send', { json: { topic: 't', idem_key: `k${round}`, payload_b64: 'eA==' } })
    await ask('POST /v1/mailbox/recv', { json: { topic: 't', visibility_ms: 250 } })
    await ask('POST /feed/follow', { json: { user: `u${round}`, author: 'ann' } })
    await ask('POST /feed/post', { json: { author: 'ann', text: `post ${round}` } })
    await ask('PUT /graph/edges', { json: { from: 'a', to: `b${round}` } })
    await ask(`PUT /search/docs/d${round}`, { json: { fields: { body: 'some text' } } })
    await ask('GET /search?q=text')
    await ask('GET /objects/none', { token: 'garbage' })
    await ask('POST /v1/mailbox/send', { body: 'no JSON', headers: { 'content-type': 'application/json' } })
    await socket.call({ protocol: 0x0101, code: 4, corrId: round + 1 })
    await scrape(node)
  }
  watching.leave()
  socket.close()
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)

  const { threads, byName, changes: found } = readTraces(traces)
  assert.deepEqual(found, [])
  assert.deepEqual(readdirSync(home), [])
  // A record without the services' threads, their modules or the log would prove nothing.
  assert(threads > 6, `${threads} threads were recorded`)
  assert((byName.get('openat') ?? 0) > 100 && (byName.get('write') ?? 0) > 100)
})

test('the record would have shown a write', async () => {
  const traces = mkdtempSync(join(scratchFolder(), 'control-'))
  const target = join(traces, 'written')
  const [, ...args] = [
    ...stracing(traces),
    process.execPath,
    '-e',
    `fs.writeFileSync(${JSON.stringify(target)}, 'x')`,
  ]
  // Without -D the program ends when its child does.
  const { exitCode, output } = await runProgram(
    'strace',
    args.filter((arg) => arg !== '-D'),
  )
  assert.equal(exitCode, 0, output)
  const { changes: found } = readTraces(traces)
  assert(found.some((line) => line.startsWith('openat') && line.includes(target)))
  assert(found.some((line) => line.startsWith('write') && line.includes(target)))
})

test('every call is judged by what it does', () => {
  const harmless = [
    'openat(AT_FDCWD</home>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 17</etc/hosts>',
    'openat(AT_FDCWD</home>, "/none", O_RDONLY) = -1 ENOENT (No such file or directory)',
    'open("/proc/meminfo", O_RDONLY) = 17</proc/meminfo>',
    'statx(AT_FDCWD</home>, "/", AT_STATX_SYNC_AS_STAT, STATX_ALL, {}) = 0',
    'write(1<pipe:[123]>, ""..., 20) = 20',
    'write(15<anon_inode:[eventfd]>, ""..., 8) = 8',
    'writev(27<socket:[99]>, [{iov_base=""..., iov_len=5}], 1) = 5',
    'write(2</dev/null<char 1:3>>, ""..., 5) = 5',
    'bind(20<socket:[1]>, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
    'exit_group(0) = ?',
    'io_uring_setup(64, {flags=0}) = -1 ENOSYS (Function not implemented) (INJECTED)',
  ]
  const harmful = [
    'openat(AT_FDCWD</home>, "/tmp/x", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = 17</tmp/x>',
    'openat(AT_FDCWD</home>, "/tmp/x", O_RDWR) = -1 EACCES (Permission denied)',
    'openat(AT_FDCWD</home>, "/tmp", O_RDONLY|O_TMPFILE, 0600) = 17',
    'creat("/tmp/x", 0666) = 17</tmp/x>',
    'write(17</tmp/x>, ""..., 20) = 20',
    'sendfile(17</tmp/x>, 18<socket:[1]>, NULL, 9) = 9',
    'mkdir("/tmp/x", 0777) = 0',
    'rename("/tmp/x", "/tmp/y") = 0',
    'unlink("/tmp/x") = 0',
    'memfd_create("x", 0) = 17</memfd:x>',
    'io_uring_setup(64, {flags=0}) = 17<anon_inode:[io_uring]>',
    'bind(20<socket:[1]>, {sa_family=AF_UNIX, sun_path="/tmp/x"}, 110) = 0',
    'fchmod(17</tmp/x>, 0600) = 0',
    'shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 1',
    'a line that is no call',
  ]
  assert.deepEqual(harmless.filter(changes), [])
  assert.deepEqual(harmful.filter(changes), harmful)
})
