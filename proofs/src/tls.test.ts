/** TLS, as clients and operators meet it: over the wire, with files that are right, wrong, and exchanged while it runs. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'
import { attenuate } from '@ron/app-sdk'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { answered, issued, type Issued } from '@ron/transport/tls/certificate.fixture'
import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { runCommand, startNode, type NodeProcess } from './node-process.ts'
import { runProgram } from './programs.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import {
  authority,
  files,
  get,
  ofNode,
  refused,
  serialOf,
  served,
  shaken,
  type PairFiles,
} from './tls-node.ts'

/** The suite that is agreed on with such a client. Rejects when there is none. */
function suiteWith({ port }: NodeProcess, client: ConnectionOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, ...client }, () => {
      resolve(socket.getCipher().name)
      socket.destroy()
    })
    socket.once('error', reject)
  })
}

test('HTTP and OAP are served over TLS 1.3 with approved suites alone, and /version says so', async () => {
  const node = await startNode({ args: served(files('plain', ofNode())) })
  assert.match(node.url, /^https:/)
  const content = 'x'.repeat(200_000)
  assert.equal((await get(node, '/objects/a', { method: 'PUT', body: content })).status, 201)
  assert.equal((await get(node, '/objects/a')).body, content)

  const socket = new WebSocket(`${node.url.replace('https', 'wss')}/oap`, 'oap.1', {
    ca: authority.certificate,
  })
  await once(socket, 'open')
  socket.terminate()

  const version = await (await fetch(`${node.admin}/version`)).json()
  assert.equal(version.driver, `node:http@${process.versions.node}`)
  assert.equal(version.tls, '1.3')
  assert.ok(version.tls_groups.includes('X25519'))
  const [major = 0] = process.versions.node.split('.').map(Number)
  assert.equal(
    version.tls_groups[0] === 'X25519MLKEM768',
    major >= 24 || /^3\.[5-9]/.test(process.versions.openssl),
  )

  for (const wrong of [{ maxVersion: 'TLSv1.2' } as const, { ciphers: 'TLS_AES_128_CCM_SHA256' }]) {
    await assert.rejects(suiteWith(node, wrong), /alert|handshake|protocol version/i)
  }
  // Each group that is told is agreed on with who knows no other, and none that is not told.
  for (const ecdhCurve of version.tls_groups) assert.match(await suiteWith(node, { ecdhCurve }), /^TLS_/)
  for (const ecdhCurve of ['P-521', 'X448'])
    await assert.rejects(suiteWith(node, { ecdhCurve }), /alert|handshake|group/i, ecdhCurve)
  node.signal('SIGTERM')
  assert.equal(await node.ended(), 0)
})

test('with TLS 1.2 the suites are approved ones alone, and whoever offers others too gets none of those', async () => {
  const args = [...served(files('older', ofNode())), '--set', 'tls.min_version=1.2']
  const node = await startNode({ args })
  const suiteOf = (ciphers: string) => suiteWith(node, { maxVersion: 'TLSv1.2', ciphers })
  const approved = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map(ofEcdsa)
  const others = ['AES128-SHA', 'AES256-SHA', 'AES128-SHA256', 'AES256-SHA384'].map(ofEcdsa)
  for (const suite of approved) {
    assert.equal(await suiteOf(suite), suite)
    assert.equal(await suiteOf([...others, suite].join(':')), suite)
  }
  for (const suite of others) await assert.rejects(suiteOf(suite), /handshake failure/, suite)
})

/** As OpenSSL names a suite for a certificate with such a key, with forward secrecy. */
function ofEcdsa(suite: string): string {
  return `ECDHE-ECDSA-${suite}`
}

test('a client that stays silent, or trickles its handshake or its head, is closed in time', async () => {
  const args = [...served(files('slow', ofNode())), '--set', 'timeouts.read=300ms']
  const node = await startNode({ args })
  const silent = await RawClient.open(node.port)
  const trickling = await RawClient.open(node.port)
  const head = await RawClient.open(node.port, '127.0.0.1', { ca: authority.certificate })
  for (let sent = 0; !silent.closed || !trickling.closed || !head.closed; sent++) {
    trickling.send(sent === 0 ? Buffer.from([0x16, 3, 1, 2, 0]) : Buffer.of(1))
    head.send(sent === 0 ? 'GET /' : 'a')
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.ok(sent < 250, 'a client holds its connection without end')
  }
  assert.equal((await get(node, '/objects/none')).status, 404)
})

test('a pair that is not sound refuses the start, and names the file and the fault', async () => {
  const good = files('good', ofNode())
  const other = files('other', ofNode())
  const past = ofNode({ fromMs: Date.now() - 2e8, untilMs: Date.now() - 1e8 })
  const expired = files('expired', past)
  const own = ofNode()
  const chained = files('chained', { ...own, certificate: own.certificate + past.certificate })
  const open = files('open', ofNode())
  chmodSync(open.key, 0o640)
  const seen = files('seen', ofNode())
  chmodSync(seen.key, 0o604)
  const odd = files('odd', ofNode({ keys: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }) }))
  const weak = files('weak', ofNode({ keys: generateKeyPairSync('rsa', { modulusLength: 1_024 }) }))
  const noise = files('noise', { certificate: 'nonsense', key: 'nonsense' })
  const cases: [pair: PairFiles, said: RegExp][] = [
    [{ ...good, cert: '/nowhere/cert.pem' }, /tls\.cert_path: \/nowhere\/cert\.pem does not exist/],
    [{ ...good, key: '/nowhere/key.pem' }, /tls\.key_path: \/nowhere\/key\.pem does not exist/],
    [{ ...good, key: other.key }, /other\.key is not that of the first certificate in .*good\.pem/],
    [expired, /expired\.pem \(CN=node\) expired at 20.*; renew it/],
    [chained, /chained\.pem \(CN=node\) expired at 20.*; renew it/],
    [open, /open\.key is open to others than its owner; chmod 600/],
    [seen, /seen\.key is open to others than its owner; chmod 600/],
    [odd, /the key in .*odd\.key is secp256k1; use Ed25519/],
    [weak, /the key in .*weak\.key is RSA of 1024 bits; use Ed25519/],
    [{ ...good, cert: noise.cert }, /noise\.pem holds no PEM certificate/],
    [{ ...good, key: noise.key }, /noise\.key holds no PEM private key/],
  ]
  for (const [pair, said] of cases) assert.match(await refused(pair), said)
  const { exitCode, stderr } = await runCommand(['--profile', 'micro', ...served(good), '--driver', 'uws'])
  assert.equal(exitCode, 2)
  assert.match(stderr, /MICRO_DRIVER=uws serves no TLS/)
})

test('a new pair is served when its files change or SIGHUP asks, and a bad one is not', async () => {
  const [first, second] = [ofNode(), ofNode()]
  const pair = files('renewed', first)
  const node = await startNode({ args: [...served(pair), '--metrics', '0.0.0.0:0'] })
  const admin = { ...node, url: `https://127.0.0.1:${node.adminPort}` }
  const before = await get(node, '/objects/none')

  writeFileSync(pair.cert, 'nonsense')
  node.signal('SIGHUP')
  await eventually('the bad pair to be told', async () =>
    /renewed\.pem holds no PEM certificate.*the new certificate is not used/.test(node.output()),
  )
  assert.equal((await get(node, '/objects/none')).serial, before.serial)

  writeFileSync(pair.cert, second.certificate)
  writeFileSync(pair.key, second.key)
  await eventually('the new pair', async () => (await get(node, '/objects/none')).serial !== before.serial)
  assert.equal((await get(admin, '/healthz')).serial, serialOf(second))
  assert.match(node.output(), /the certificate was read anew/)
})

test('who asks for a server by name gets its certificate, of pairs that are read anew like the first', async () => {
  const folder = join(scratchFolder(), 'sni')
  mkdirSync(folder)
  const put = (name: string, one: Issued) => {
    writeFileSync(join(folder, `${name}.pem`), one.certificate)
    writeFileSync(join(folder, `${name}.key`), one.key, { mode: 0o600 })
  }
  const [own, a, wild] = [ofNode(), ofNode({ dns: ['a.example'] }), ofNode({ dns: ['*.b.example'] })]
  put('a', a)
  put('b', wild)
  const named = ['--set', `tls.sni_folder=${folder}`]
  const node = await startNode({ args: [...served(files('named', own)), ...named] })
  const serial = async (name: string) => (await shaken(node, name)).serial
  assert.deepEqual(
    [await serial('localhost'), await serial('a.example'), await serial('x.b.example')],
    [own, a, wild].map(serialOf),
  )

  const renewed = ofNode({ dns: ['a.example'] })
  put('a', renewed)
  await eventually('the new pair', async () => (await serial('a.example')) === serialOf(renewed))
  assert.equal(await serial('x.b.example'), serialOf(wild))

  put('c', ofNode({ dns: ['a.example'] }))
  const twice = /c\.pem is for a\.example, and so is another pair; keep one of them/
  await eventually('the second pair for a name to be told', async () => twice.test(node.output()))
  assert.match(await refused(files('again', own), ...named), twice)
  rmSync(join(folder, 'c.pem'))
  assert.match(await refused(files('stray', own), ...named), /tls\.sni_folder: .* has no c\.pem for what is/)
})

test('what an authority says of a certificate is stapled while it holds, and a file that is none never stops a node', async () => {
  const own = ofNode()
  const pair = files('stapled', { ...own, certificate: own.certificate + authority.certificate })
  const file = scratchFile('node.ocsp', 'nonsense')
  const node = await startNode({ args: [...served(pair), '--set', `tls.ocsp_path=${file}`] })
  assert.equal((await shaken(node, 'localhost')).stapled, null)
  assert.match(node.output(), /node\.ocsp holds no OCSP answer in DER.*an OCSP answer is not stapled/)

  const answer = answered(own, authority, { untilMs: Date.now() + 8_000 })
  writeFileSync(file, answer)
  await eventually(
    'the answer',
    async () => (await shaken(node, 'localhost')).stapled?.equals(answer) === true,
  )
  await eventually('its end', async () => (await shaken(node, 'localhost')).stapled === null)
  await eventually('its end to be told', async () => /it ended at 20.*; fetch a new one/.test(node.output()))

  writeFileSync(file, answered(ofNode(), authority))
  const stranger = /node\.ocsp is about another certificate/
  await eventually('the answer of another to be told', async () => stranger.test(node.output()))
  assert.equal((await shaken(node, 'localhost')).stapled, null)
})

test('with client authorities only their clients are let in, and a capability can be tied to one of them', async () => {
  const ca = scratchFile('client-ca.pem', authority.certificate)
  const node = await startNode({
    args: [...served(files('mutual', ofNode())), '--set', `tls.client_ca=${ca}`],
  })
  const app = issued({ name: 'app', organization: 'operators', issuer: authority, dns: ['app.example'] })
  const stranger = issued({ name: 'app', dns: ['app.example'] })
  const shown = ({ certificate: cert, key }: Issued) => ({ cert, key })

  await assert.rejects(get(node, '/objects/none'))
  await assert.rejects(get(node, '/objects/none', shown(stranger)))
  assert.equal((await get(node, '/objects/none', shown(app))).status, 404)

  const as = (caveat: string) => ({
    ...shown(app),
    headers: { authorization: `Bearer ${attenuate(node.token, caveat)}` },
  })
  assert.equal((await get(node, '/objects/none', as('client = dns:app.example'))).status, 404)
  assert.equal((await get(node, '/objects/none', as('client = cn:app'))).status, 404)
  for (const stranger of ['cn:authority', 'cn:operators', 'cn:app.example', 'dns:app', 'dns:app.example.com'])
    assert.equal((await get(node, '/objects/none', as(`client = ${stranger}`))).status, 403, stranger)
  const other = await get(node, '/objects/none', as('client = dns:other.example'))
  assert.equal(other.status, 403)
  assert.match(other.body, /certificate names dns:other\.example/)
})

test('whatever server is asked for, it takes clients of the authorities that are named and of no other', async () => {
  const folder = join(scratchFolder(), 'mutual-sni')
  mkdirSync(folder)
  const named = ofNode({ dns: ['a.example'] })
  writeFileSync(join(folder, 'a.pem'), named.certificate)
  writeFileSync(join(folder, 'a.key'), named.key, { mode: 0o600 })
  const ca = scratchFile('sni-client-ca.pem', authority.certificate)
  const settings = ['--set', `tls.client_ca=${ca}`, '--set', `tls.sni_folder=${folder}`]
  const node = await startNode({ args: [...served(files('mutual-sni', ofNode())), ...settings] })
  const shown = ({ certificate: cert, key }: Issued) => ({ cert, key })
  for (const servername of ['localhost', 'a.example']) {
    const app = shown(issued({ name: 'app', issuer: authority }))
    assert.equal((await get(node, '/objects/none', { ...app, servername })).status, 404)
    await assert.rejects(get(node, '/objects/none', { ...shown(issued({ name: 'app' })), servername }))
    await assert.rejects(get(node, '/objects/none', { servername }))

    const asked = ['s_client', '-connect', `127.0.0.1:${node.port}`, '-servername', servername]
    const { output } = await runProgram('openssl', asked)
    const [, names = ''] = /Acceptable client certificate CA names\n([^]*?)\nRequested/.exec(output) ?? []
    assert.equal(names.replaceAll(' ', ''), 'CN=authority', servername)
  }
})
