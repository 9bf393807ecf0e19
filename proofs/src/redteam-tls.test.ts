/**
 * Clients of TLS that attack, or are merely odd: with their first message, with sessions and keys that are asked for again,
 * with certificates that are not theirs to show, and with handshakes that do not end.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { issued, type Issued, type Wanted } from '@ron/transport/tls/certificate.fixture'
import {
  answerTo,
  clientHello,
  records,
  serverNames,
  tls13,
  type Hello,
} from '@ron/transport/tls/hello.fixture'
import { eventually } from './eventually.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import { authority, files, get, ofNode, serialOf, served, shaken } from './tls-node.ts'

/** Numbers of alerts (RFC 8446 §6). */
const alerts = { handshakeFailure: 40, decodeError: 50, protocolVersion: 70, noProtocol: 120 } as const

/** What a node says to these bytes, from a client that then says nothing. */
async function toldTo(node: NodeProcess, bytes: Uint8Array): Promise<'hello' | 'nothing' | number> {
  const client = await RawClient.open(node.port)
  client.send(bytes)
  await eventually('an answer', async () => client.length > 6 || client.closed)
  const answer = answerTo(Buffer.from(client.text, 'latin1'))
  client.destroy()
  return answer
}

const rejected = async (node: NodeProcess, reason: string) =>
  (await scrape(node)).value(`rejected_total{reason="${reason}"}`) || 0

/** A client that is through its handshake, of a node that asks for no certificate. */
async function open(node: NodeProcess, options: ConnectionOptions): Promise<TLSSocket> {
  const { port } = node
  const socket = connect({ port, host: '127.0.0.1', ca: authority.certificate, ...options })
  await once(socket, 'secureConnect')
  return socket
}

test('a first message that asks for what is not served is told so by an alert, and counted', async () => {
  const node = await startNode({ args: served(files('hello', ofNode())) })
  const cases: readonly (readonly [name: string, hello: Hello, told: 'hello' | number])[] = [
    ['one that is sound', {}, 'hello'],
    ['TLS 1.2', { versions: [] }, alerts.protocolVersion],
    ['TLS 1.2, said twice', { versions: [0x0303] }, alerts.protocolVersion],
    ['TLS 1.1', { legacy: 0x0302, versions: [] }, alerts.protocolVersion],
    ['TLS 1.0', { legacy: 0x0301, versions: [0x0301, 0x0302] }, alerts.protocolVersion],
    ['a version that is to come', { versions: [0x0305] }, alerts.protocolVersion],
    ['one that is to come beside one that is', { versions: [0x0305, tls13] }, 'hello'],
    ['a suite with short tags', { suites: [0x1304] }, alerts.handshakeFailure],
    ['suites of TLS 1.2', { suites: [0xc02b, 0xc02f] }, alerts.handshakeFailure],
    ['a group of finite fields', { groups: [0x0100] }, alerts.handshakeFailure],
    ['HTTP/2 alone', { protocols: ['h2'] }, alerts.noProtocol],
    ['HTTP/2, or what is served', { protocols: ['h2', 'http/1.1'] }, 'hello'],
  ]
  for (const [name, hello, told] of cases) assert.equal(await toldTo(node, clientHello(hello)), told, name)
  const older = { versions: [], suites: [0xc02b] }
  for (const legacy of [0x0300, 0x0002, 0x0000])
    assert.notEqual(await toldTo(node, clientHello({ ...older, legacy })), 'hello', `version ${legacy}`)
  const alerted = cases.filter(([, , told]) => told !== 'hello').length
  assert.ok((await rejected(node, 'malformed')) >= alerted)
  assert.equal((await get(node, '/objects/none')).status, 404)
  assert.doesNotMatch(node.output(), /"level":"(error|fatal)"/)
})

test('a first message that is none, too long or in too many pieces ends its connection, and nobody elses', async () => {
  const node = await startNode({
    args: [...served(files('none', ofNode())), '--set', 'timeouts.read=1s'],
  })
  const sound = clientHello()
  const noise: readonly Uint8Array[] = [
    Buffer.from('GET / HTTP/1.1\r\nHost: node\r\n\r\n'),
    // SSL 2.0: a length with its highest bit set, then client_hello.
    Buffer.concat([Buffer.of(0x80, 0x2e, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10), Buffer.alloc(37)]),
    records(22, Buffer.concat([Buffer.of(1, 2, 0, 0), Buffer.alloc(0x2_0000)])),
    records(22, Buffer.concat([Buffer.of(1, 0xff, 0xff, 0xff), Buffer.alloc(1_000)])),
    records(22, Buffer.alloc(0)),
    records(23, Buffer.from('early')),
    records(21, Buffer.of(2, 0)),
    records(20, Buffer.of(1)),
    Buffer.of(22, 3, 1, 0xff, 0xff),
    sound.subarray(0, sound.length - 1),
    Buffer.concat([sound, sound]),
    clientHello({ further: [[0xffce, Buffer.alloc(60_000)]] }),
    clientHello({
      further: Array.from({ length: 4_000 }, (_, at) => [0x1_000 + at, Buffer.alloc(0)] as const),
    }),
  ]
  await Promise.all(
    noise.map(async (bytes) => {
      const client = await RawClient.open(node.port)
      client.send(bytes)
      await client.ended()
      assert.doesNotMatch(client.text, /HTTP/)
    }),
  )
  assert.equal((await get(node, '/objects/none')).status, 404)
  assert.doesNotMatch(node.output(), /"level":"(error|fatal)"/)
})

test('a server may be asked for by any name: one that is its own gets its pair, others that of everybody, odd ones none', async () => {
  const folder = join(scratchFolder(), 'names')
  mkdirSync(folder)
  const [own, named] = [ofNode(), ofNode({ dns: ['a.example'] })]
  writeFileSync(join(folder, 'a.pem'), named.certificate)
  writeFileSync(join(folder, 'a.key'), named.key, { mode: 0o600 })
  const args = [...served(files('names', own)), '--set', `tls.sni_folder=${folder}`]
  const node = await startNode({ args })
  const serial = async (name: string) => (await shaken(node, name)).serial
  assert.equal(await serial('A.eXample'), serialOf(named))
  for (const name of [
    'a.example.',
    'b.example',
    'a.example.b.example',
    '*.example',
    `${'a'.repeat(63)}.example`,
  ])
    assert.equal(await serial(name), serialOf(own), name)

  const contents: readonly (readonly [name: string, content: Uint8Array, served: boolean])[] = [
    ['one that is sound', serverNames('a.example'), true],
    ['of 255 bytes', serverNames('a'.repeat(255)), true],
    ['of 300 bytes', serverNames('a'.repeat(300)), false],
    ['that is empty', serverNames(''), true],
    ['none in a list', serverNames(), false],
    ['two', serverNames('a.example', 'b.example'), false],
    ['with NUL', serverNames('a.example\0.other'), false],
    ['an address', serverNames('127.0.0.1'), true],
    ['an address of IPv6', serverNames('::1'), true],
    ['of bytes that are no text', serverNames(Buffer.of(0xff, 0xfe, 0x80)), true],
    ['a path', serverNames('../../etc/passwd'), true],
    ['a property of every object', serverNames('__proto__'), true],
    ['of a type nobody knows', Buffer.of(0, 4, 7, 0, 1, 97), false],
    ['a list that is longer than it is', Buffer.of(0, 99, 0, 0, 1, 97), false],
    ['nothing', Buffer.alloc(0), false],
  ]
  const wrong: string[] = []
  for (const [name, serverName, isServed] of contents) {
    const told = await toldTo(node, clientHello({ serverName }))
    if ((told === 'hello') !== isServed) wrong.push(`${name}: ${told}`)
  }
  assert.deepEqual(wrong, [])
  assert.equal(await serial('a.example'), serialOf(named))
  assert.doesNotMatch(node.output(), /"level":"(error|fatal)"/)
})

test('nothing is taken before a handshake is done: no ticket allows early data, and what comes early is not read', async () => {
  const node = await startNode({ args: [...served(files('early', ofNode())), '--set', 'timeouts.read=2s'] })
  const first = connect({ port: node.port, host: '127.0.0.1', ca: authority.certificate })
  const [session]: Buffer[] = await once(first, 'session')
  first.destroy()
  assert.ok(session)
  assert.equal(earlyDataMax(session), 0)
  const again = await open(node, { session })
  assert.equal(again.isSessionReused(), true, 'the ticket is a good one')
  again.destroy()

  const early = Buffer.from(`DELETE /objects/a HTTP/1.1\r\nHost: node\r\n\r\n`)
  const client = await RawClient.open(node.port)
  client.send(Buffer.concat([clientHello({ further: [[42, Buffer.alloc(0)]] }), records(23, early)]))
  await client.ended()
  assert.doesNotMatch(client.text, /HTTP/)
  assert.equal((await get(node, '/objects/none')).status, 404)
})

/** `max_early_data` of a session as OpenSSL writes it, `[15]` in its SEQUENCE, which is left out when it is 0. */
function earlyDataMax(session: Buffer): number {
  for (let at = sequenceIn(session); at < session.length;) {
    const [tag = 0, first = 0] = session.subarray(at)
    const sizes = first & 0x80 ? first & 0x7f : 0
    const length = sizes === 0 ? first : session.readUIntBE(at + 2, sizes)
    const start = at + 2 + sizes
    // An INTEGER inside: its tag, its length, its bytes.
    if (tag === 0xaf) return session.readUIntBE(start + 2, session[start + 1] ?? 1)
    at = start + length
  }
  return 0
}

/** Where the content of the SEQUENCE begins that ends with the session; newer releases of Node put marks of theirs before it. */
function sequenceIn(session: Buffer): number {
  for (let at = 0; at + 4 <= session.length; at++) {
    if (session.readUInt16BE(at) === 0x3082 && at + 4 + session.readUInt16BE(at + 2) === session.length)
      return at + 4
  }
  throw new Error('a session is a SEQUENCE of more than 255 bytes')
}

test('keys are agreed on once: a client of TLS 1.2 that asks for new ones is told no', async () => {
  const args = [...served(files('anew', ofNode())), '--set', 'tls.min_version=1.2']
  const node = await startNode({ args })
  const socket = await open(node, { maxVersion: 'TLSv1.2' })
  socket.on('error', () => {})
  const asked = new Promise<Error | null>((resolve) => {
    if (socket.renegotiate({ rejectUnauthorized: false }, resolve) === false) resolve(new Error('not asked'))
    socket.once('error', resolve)
  })
  socket.write('GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n')
  assert.match(String(await asked), /no renegotiation/)
  socket.destroy()
  assert.equal((await get(node, '/objects/none')).status, 404)
})

test('a client certificate that is none of its authorities, or not of this time, or not for clients, lets nobody in', async () => {
  const ca = scratchFile('client-ca.pem', authority.certificate)
  const args = [...served(files('clients', ofNode())), '--set', `tls.client_ca=${ca}`]
  const node = await startNode({ args })
  const dayMs = 86_400_000
  const of = (wanted: Partial<Wanted>) => issued({ name: 'app', issuer: authority, ...wanted })
  const past = { fromMs: Date.now() - 2 * dayMs, untilMs: Date.now() - dayMs }
  const future = { fromMs: Date.now() + dayMs, untilMs: Date.now() + 2 * dayMs }
  const namesake = issued({ name: 'authority', authority: true })
  const middle = issued({ name: 'middle', issuer: authority })
  const beneath = issued({ name: 'app', issuer: middle })
  const refusals: readonly (readonly [name: string, shown: Pick<Issued, 'certificate' | 'key'>])[] = [
    ['expired', of(past)],
    ['not good yet', of(future)],
    ['for servers alone', of({ usage: 'server' })],
    ['of itself', of({ issuer: null })],
    ['of another authority', of({ issuer: issued({ name: 'other', authority: true }) })],
    ['of another authority with the same name', of({ issuer: namesake })],
    ['of one that may issue none', { ...beneath, certificate: beneath.certificate + middle.certificate }],
  ]
  const shown = ({ certificate: cert, key }: Pick<Issued, 'certificate' | 'key'>) => ({ cert, key })
  for (const good of [of({}), of({ usage: 'client' })])
    assert.equal((await get(node, '/objects/none', shown(good))).status, 404)
  const before = await rejected(node, 'unauth')
  for (const [name, one] of refusals) await assert.rejects(get(node, '/objects/none', shown(one)), name)
  await assert.rejects(get(node, '/objects/none'), 'without any')
  assert.equal((await rejected(node, 'unauth')) - before, refusals.length + 1)

  // One that is resumed would be let in by what was shown once.
  const first = connect({ port: node.port, host: '127.0.0.1', ca: authority.certificate, ...shown(of({})) })
  const [session]: Buffer[] = await once(first, 'session')
  first.destroy()
  const again = await open(node, { session, ...shown(of({})) })
  assert.equal(again.isSessionReused(), false)
  again.destroy()
})

test('a handshake that stops or trickles at any byte is ended in time, and an honest client is served meanwhile', async () => {
  const node = await startNode({ args: [...served(files('slow', ofNode())), '--set', 'timeouts.read=500ms'] })
  const hello = clientHello({ serverName: serverNames('localhost') })
  const cuts = [0, 1, 4, 5, 6, 11, 43, hello.length - 1, hello.length]
  const stopped = cuts.map(async (cut) => {
    const client = await RawClient.open(node.port)
    client.send(hello.subarray(0, cut))
    await client.ended()
  })
  const trickled = async () => {
    const client = await RawClient.open(node.port)
    for (let at = 0; !client.closed; at++) {
      client.send(hello.subarray(at, at + 1))
      await pause(20)
      assert.ok(at < 2 * hello.length, 'it holds its connection without end')
    }
  }
  const deaf = async () => {
    const client = (await RawClient.open(node.port)).stopReading()
    client.send(hello)
    await eventually('its end', async () => {
      await pause(50)
      return (await scrape(node)).value('open_connections') === 0
    })
  }
  const over = new AbortController()
  const honest = (async () => {
    while (!over.signal.aborted) assert.equal((await get(node, '/objects/none')).status, 404)
  })()
  await Promise.all([...stopped, trickled()])
  over.abort()
  await honest
  await deaf()
  assert.ok((await rejected(node, 'timeout')) >= cuts.length + 2)
})
