/** The SDK and `ronctl` over what only they are told of: authorities and certificates of one's own, and Unix sockets. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SDK } from '@ron/app-sdk'
import { issued, type Issued } from '@ron/transport/tls/certificate.fixture'
import { eventually } from './eventually.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const authority = issued({ name: 'authority', authority: true })
const own = issued({ name: 'node', issuer: authority, ips: ['127.0.0.1'] })
const app = issued({ name: 'app', issuer: authority })

function files(name: string, { certificate, key }: Issued): { cert: string; key: string } {
  const pair = { cert: scratchFile(`${name}.pem`, certificate), key: scratchFile(`${name}.key`, key) }
  chmodSync(pair.key, 0o600)
  return pair
}

const [ca, shown] = [scratchFile('ca.pem', authority.certificate), files('app', app)]
const { cert, key } = files('node', own)
const mutual = ['--tls', '--tls-cert', cert, '--tls-key', key, '--set', `tls.client_ca=${ca}`]

async function works(sdk: SDK): Promise<void> {
  await sdk.put('/objects/a', 'content')
  assert.deepEqual(await sdk.get('/objects/a'), new TextEncoder().encode('content'))
  await sdk.mailbox.send({ topic: 'edge', idem_key: crypto.randomUUID(), payload_b64: 'aGVsbG8=' })
  const { messages } = await sdk.mailbox.recv({ topic: 'edge', max_messages: 1 })
  assert.equal(messages.length, 1)
  let seen = false
  const watching = (async () => {
    for await (const _ of sdk.feed.watchHome({ user: 'ann' })) {
      seen = true
      return
    }
  })()
  await sdk.feed.follow({ user: 'ann', author: 'bob' })
  await eventually('a post to be seen', async () => {
    await sdk.feed.post({ author: 'bob', text: 'hello' })
    return seen
  })
  await watching
  sdk.close()
}

test('the SDK trusts the authorities it is given and shows its certificate, over HTTP and OAP', async () => {
  const node = await startNode({ args: mutual })
  const reach = { baseUrl: node.url, cap: node.token, retry: { attemptsMax: 1 } }
  const tls = { ca: authority.certificate, cert: app.certificate, key: app.key }
  for (const carrier of ['http', 'oap'] as const) {
    await works(new SDK({ ...reach, carrier, tls }))
    for (const wrong of [undefined, { ca: authority.certificate }, { cert: app.certificate, key: app.key }]) {
      const sdk = new SDK({ ...reach, carrier, tls: wrong })
      await assert.rejects(sdk.mailbox.recv({ topic: 'edge', max_messages: 1 }))
      sdk.close()
    }
  }
})

test('the SDK reaches a Unix socket, over HTTP and OAP', async () => {
  const path = join(scratchFolder(), 'sdk', 'node.sock')
  mkdirSync(join(path, '..'), { mode: 0o700 })
  const node = await startNode({ args: ['--set', `uds.path=${path}`] })
  for (const carrier of ['http', 'oap'] as const)
    await works(new SDK({ baseUrl: `unix:${path}`, cap: node.token, carrier }))
})

test('an admin surface that other machines reach lets in who shows a certificate, and ronctl shows that of its context', async () => {
  const args = [...mutual, '--metrics', '0.0.0.0:0', '--set', 'admin.capability=never']
  const node = await startNode({ args })
  assert.match(node.admin, /^https:/)
  const admin = `https://127.0.0.1:${node.adminPort}`
  const env = { XDG_CONFIG_HOME: join(scratchFolder(), 'contexts') }
  const run = (line: string) => ronctl(line.split(' '), { env })

  const bare = await run(`status --admin ${admin}`)
  assert.equal(bare.code, 1)
  assert.match(bare.stderr, /cannot be reached/)
  assert.equal((await run(`context add trusting --admin ${admin} --ca ${ca}`)).code, 0)
  assert.equal((await run('status --context trusting')).code, 1)

  const added = await run(
    `context add known --admin ${admin} --ca ${ca} --cert ${shown.cert} --key ${shown.key} --use`,
  )
  assert.deepEqual([added.code, added.stderr], [0, ''])
  const status = await run('status')
  assert.deepEqual([status.code, status.stderr], [0, ''])
  assert.match((await run('context show')).stdout, /app\.key/)
  assert.equal((await run('ready')).code, 0)
  assert.match((await run('metrics rejected_total')).stdout, /unauth/)

  // A certificate is for the addresses of its context alone.
  assert.equal((await run(`status --admin https://127.0.0.2:${node.adminPort}`)).code, 1)
  chmodSync(shown.key, 0o640)
  assert.match((await run('status')).stderr, /app\.key may be read or changed by others .*; chmod 600/)
})

test('files for https belong to https addresses, and a certificate to its key', async () => {
  const env = { XDG_CONFIG_HOME: join(scratchFolder(), 'wrong') }
  const add = (rest: string) => ronctl(`context add x ${rest}`.split(' '), { env })
  const plain = await add(`--admin http://127.0.0.1:1 --ca ${ca}`)
  assert.equal(plain.code, 2)
  assert.match(plain.stderr, /ca, cert and key are for https, and http:\/\/127\.0\.0\.1:1 is not/)
  assert.match((await add(`--admin https://a --cert ${shown.cert}`)).stderr, /cert and key belong together/)
})
