/** The node on its other socket driver: the same promises, and named wherever a node says what it is. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { SDK } from '@ron/app-sdk'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { asker } from './http.ts'
import { runCommand, startNode } from './node-process.ts'
import { scratchFile } from './scratch.ts'

const named = `node:http@${process.versions.node}`

/** Node's own way to say that a package has no binary here. */
const withoutBinary = scratchFile(
  'without-binary.mjs',
  `import { register } from 'node:module'
  const hook = \`export const resolve = (name, context, next) => name === 'uWebSockets.js'
    ? { url: 'data:text/javascript,throw new Error("no such file")', shortCircuit: true } : next(name, context)\`
  register('data:text/javascript,' + encodeURIComponent(hook))`,
)
const env = { NODE_OPTIONS: `--import=${withoutBinary}` }

test('a node on node:http serves HTTP, OAP and the admin surface, refuses what smuggles, and ends in order', async () => {
  const node = await startNode({ args: ['--driver', 'node'] })
  const ask = asker(node)
  const version = await (await fetch(`${node.admin}/version`)).json()
  assert.equal(version.driver, named)

  const content = 'x'.repeat(300_000)
  assert.equal((await ask('PUT /objects/large', { body: content })).status, 201)
  assert.equal((await ask('GET /objects/large')).text, content)
  const part = await ask('GET /objects/large', { headers: { range: 'bytes=0-9' } })
  assert.deepEqual([part.status, part.text.length], [206, 10])

  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap' })
  await sdk.mailbox.send({ topic: 'drivers', idem_key: 'one', payload_b64: 'aGVsbG8=' })
  const { messages } = await sdk.mailbox.recv({ topic: 'drivers', max_messages: 1 })
  assert.equal(messages.length, 1)

  const smuggling = await RawClient.open(node.port)
  smuggling.send('PUT /objects/a HTTP/1.1\r\nHost: n\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nhello')
  smuggling.send('GET /healthz HTTP/1.1\r\nHost: n\r\n\r\n')
  await smuggling.ended()
  assert.match(smuggling.text, /^HTTP\/1\.1 400 /)
  assert.equal(smuggling.text.split('HTTP/1.1 ').length, 2)

  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
  sdk.close()
})

test('where uWebSockets.js cannot be loaded a node takes node:http by itself, and says so', async () => {
  const node = await startNode({ env })
  assert.equal((await (await fetch(`${node.admin}/version`)).json()).driver, named)
  assert.match(node.output(), /uWebSockets\.js has no binary for .*"msg":"another socket driver is used"/)
  const { stdout } = await runCommand(['--profile', 'micro', 'version'], env)
  assert.match(stdout, new RegExp(`driver=${named} `))
})

test('a node that is told to use uWebSockets.js and cannot says what to do instead', async () => {
  const { exitCode, stderr } = await runCommand(['--profile', 'micro', '--driver', 'uws'], env)
  assert.equal(exitCode, 1)
  assert.match(stderr, /uWebSockets\.js has no binary for .*; set node\.driver=node, or use Node 20 or 22/)
})
