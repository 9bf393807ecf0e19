/** Files of TLS that are exchanged while a node runs, wrongly and half: the pair before serves on, and the fault is told. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issued } from '@ron/transport/tls/certificate.fixture'
import { eventually } from './eventually.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import { authority, files, get, ofNode, refused, serialOf, served } from './tls-node.ts'

/** Why the last reload was refused; empty before the first. */
function lastRefusal(node: NodeProcess): string {
  const lines = node.output().split('\n')
  return lines.findLast((line) => line.includes('the new certificate is not used')) ?? ''
}

test('whatever is wrong with files that are exchanged, the pair before serves on, and the log names file and fault', async () => {
  const first = ofNode()
  const { cert, key } = files('exchanged', first)
  const node = await startNode({ args: served({ cert, key }) })
  const put = (certificate: string, secret: string) => {
    writeFileSync(cert, certificate)
    writeFileSync(key, secret)
  }
  const [good, other] = [ofNode(), ofNode()]
  const dayMs = 86_400_000
  const expired = ofNode({ fromMs: Date.now() - 2 * dayMs, untilMs: Date.now() - dayMs })
  const early = ofNode({ fromMs: Date.now() + dayMs, untilMs: Date.now() + 2 * dayMs })
  const half = (text: string) => text.slice(0, text.length / 2)
  const asFolder = (path: string) => {
    rmSync(path)
    mkdirSync(path)
  }
  const asFile = (path: string) => rmSync(path, { recursive: true, force: true })

  const faults: readonly (readonly [exchange: () => void, said: RegExp, mend?: () => void])[] = [
    [() => put(expired.certificate, expired.key), /exchanged\.pem \(CN=node\) expired at 20.*; renew it/],
    [() => put(early.certificate, early.key), /exchanged\.pem \(CN=node\) is not good before 20/],
    [() => put(good.certificate, other.key), /exchanged\.key is not that of the first certificate in/],
    [() => put(half(good.certificate), good.key), /exchanged\.pem holds no PEM certificate/],
    [() => put(good.certificate, half(good.key)), /exchanged\.key holds no PEM private key/],
    [() => put('', good.key), /exchanged\.pem holds no PEM certificate/],
    [() => put(good.certificate, ''), /exchanged\.key holds no PEM private key/],
    [
      () => {
        put(good.certificate, good.key)
        chmodSync(key, 0o644)
      },
      /exchanged\.key is open to others than its owner; chmod 600/,
      () => chmodSync(key, 0o600),
    ],
    [() => asFolder(cert), /exchanged\.pem is not a regular file/, () => asFile(cert)],
    [
      () => {
        put(good.certificate, good.key)
        asFolder(key)
      },
      /exchanged\.key is not a regular file/,
      () => asFile(key),
    ],
    [() => writeFileSync(cert, good.certificate), /exchanged\.key does not exist/],
  ]
  for (const [exchange, said, mend] of faults) {
    exchange()
    node.signal('SIGHUP')
    await eventually(`${said} to be told`, async () => said.test(lastRefusal(node)))
    assert.equal((await get(node, '/objects/none')).serial, serialOf(first))
    mend?.()
  }
  writeFileSync(key, good.key, { mode: 0o600 })
  await eventually(
    'the good pair to be served',
    async () => (await get(node, '/objects/none')).serial === serialOf(good),
  )
})

test('a pair behind links is followed to where they lead, and anew when they lead elsewhere', async () => {
  const folder = join(scratchFolder(), 'linked')
  mkdirSync(folder)
  const pair = { cert: join(folder, 'node.pem'), key: join(folder, 'node.key') }
  const [first, second] = [ofNode(), ofNode()]
  const lead = (to: { cert: string; key: string }) => {
    for (const part of ['cert', 'key'] as const) {
      symlinkSync(to[part], `${pair[part]}.new`)
      renameSync(`${pair[part]}.new`, pair[part])
    }
  }
  lead(files('linked-1', first))
  const node = await startNode({ args: served(pair) })
  assert.equal((await get(node, '/objects/none')).serial, serialOf(first))
  const target = files('linked-2', second)
  lead(target)
  await eventually(
    'the pair that the links lead to',
    async () => (await get(node, '/objects/none')).serial === serialOf(second),
  )
  // The rights that count are those of the file itself, not of the link.
  chmodSync(target.key, 0o640)
  assert.match(await refused(pair), /node\.key is open to others than its owner/)
})

test('an authority of clients that is taken away lets in nobody whose session it had begun', async () => {
  const ca = scratchFile('asked-for.pem', authority.certificate)
  const args = [...served(files('taken-away', ofNode())), '--set', `tls.client_ca=${ca}`]
  const node = await startNode({ args })
  const another = issued({ name: 'another authority', authority: true })
  const [app, stranger] = [
    issued({ name: 'app', issuer: authority }),
    issued({ name: 'app', issuer: another }),
  ]
  const shown = ({ certificate, key: secret }: typeof app) => ({ cert: certificate, key: secret })
  assert.equal((await get(node, '/objects/none', shown(app))).status, 404)
  await assert.rejects(get(node, '/objects/none', shown(stranger)))

  writeFileSync(ca, another.certificate)
  await eventually('the other authority to be asked', async () =>
    get(node, '/objects/none', shown(stranger)).then(
      ({ status }) => status === 404,
      () => false,
    ),
  )
  await assert.rejects(get(node, '/objects/none', shown(app)))
})
