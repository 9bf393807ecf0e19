/**
 * A macronode and a micronode as peers: the same program with the SDK runs in both directions, a peer that is killed
 * comes back and gets what waited for it, each message once, and a peer that lies is found out.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate, SDK } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker } from './http.ts'
import { identity, secretFile, type Identity } from './identities.ts'
import { liarBefore } from './liar.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { need, runProgram } from './programs.ts'
import { ronctl } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'
import { inspected, restartThread } from './thread-killer.ts'

const truth = 'what the object says'
const [macroId, microId, twinId, nobody] = [identity(), identity(), identity(), identity()]
const [macroPort, microPort] = await Promise.all([freePort(), freePort()])
const [microName, otherName] = ['micro.example', 'other.example']
/** In CBOR a text of 88 characters begins with `xX`. */
const firstOfProof = /(?<=proofxX)./
const [bytesLiar, descriptorLiar, proofLiar] = await Promise.all([
  liarBefore(microPort, (said) => said.replaceAll(truth, 'what it does not say')),
  liarBefore(microPort, (said) => said.replaceAll(microName, otherName)),
  liarBefore(microPort, (said) => said.replace(firstOfProof, (digit) => (digit === 'A' ? 'B' : 'A'))),
])
/** What a peer may do here, and no more. */
const granted = 'verbs = peers.meet,objects.read,mailbox.send'
const tokens = { micro: secretFile('of-micro', ''), macro: secretFile('of-macro', '') }

function start(
  profile: 'micro' | 'macro',
  name: string,
  port: number,
  own: Identity,
  settings: readonly string[],
) {
  const all = [
    ...[`identity.name=${name}`, `identity.node_key_path=${secretFile(`${name}.pem`, own.pem)}`],
    ...[`node.bind_addr=127.0.0.1:${port}`, 'peers.meet_every=300ms', 'peers.backoff_max=300ms'],
    ...['peers.lease=3s', 'overlay.tarpit_after=0', ...settings],
  ]
  return startNode({ profile, args: all.flatMap((setting) => ['--set', setting]), env: inspected })
}

function link(peer: string, port: number, node: string, token: string): string {
  return `${peer} http://127.0.0.1:${port} ${node} ${token}`
}

const startMicro = async () => {
  const node = await start('micro', microName, microPort, microId, [
    `peers.links=${link('macro', macroPort, macroId.node, tokens.macro)}`,
  ])
  writeFileSync(tokens.micro, attenuate(node.token, granted))
  return node
}
const links = [
  link('micro', microPort, microId.node, tokens.micro),
  link('impostor', microPort, nobody.node, tokens.micro),
  link('bytes-liar', bytesLiar, microId.node, tokens.micro),
  link('descriptor-liar', descriptorLiar, microId.node, tokens.micro),
  link('proof-liar', proofLiar, microId.node, tokens.micro),
]
const macro = await start('macro', 'macro.example', macroPort, macroId, [
  `peers.links=${links.join(',')}`,
  `peers.accept=${twinId.node}`,
  'pq.mode=hybrid',
])
writeFileSync(tokens.macro, attenuate(macro.token, granted))
let micro = await startMicro()
const sdkOf = ({ url, token }: NodeProcess) => new SDK({ baseUrl: url, cap: token })

async function linkOf(node: NodeProcess, peer: string) {
  const { links } = await sdkOf(node).peers.list()
  const found = links.find((link) => link.peer === peer)
  assert.ok(found !== undefined, `${peer} is no peer`)
  return found
}

function isUp(node: NodeProcess, peer: string): Promise<true> {
  return eventually(`the link to ${peer}`, async () => (await linkOf(node, peer)).up)
}

function isDown(node: NodeProcess, peer: string, because: RegExp): Promise<true> {
  return eventually(`${peer} to be down with ${String(because)}`, async () => {
    const { up, because: told = '' } = await linkOf(node, peer)
    return !up && because.test(told)
  })
}

/** Receives until there were so many, and then looks whether there are more. */
async function received(sdk: SDK, topic: string, count: number): Promise<readonly string[]> {
  const texts: string[] = []
  await eventually(`${count} messages in ${topic}`, async () => {
    const { messages } = await sdk.mailbox.recv({ topic, max_messages: 100, wait_ms: 200 })
    for (const { msg_id, payload_b64, lease } of messages) {
      texts.push(Buffer.from(payload_b64, 'base64').toString())
      await sdk.mailbox.ack({ msg_id, lease })
    }
    return texts.length >= count
  })
  const { messages } = await sdk.mailbox.recv({ topic, wait_ms: 500 })
  assert.deepEqual(messages, [])
  return texts
}

const absent = `b3:${'1'.repeat(64)}`
const numbered = (count: number) => Array.from({ length: count }, (_, nth) => `message ${nth}`)

async function send(sdk: SDK, topic: string, texts: readonly string[]): Promise<void> {
  for (const [nth, text] of texts.entries()) {
    const message = { topic, idem_key: `k${nth}`, payload_b64: Buffer.from(text).toString('base64') }
    await sdk.mailbox.send(nth % 2 === 0 ? message : { ...message, attrs: { nth: `${nth}` } })
  }
}

/** What an app does with a node and its peer, whichever of them is which. */
async function program(here: SDK, peer: string, there: SDK): Promise<void> {
  const body = Buffer.from(`an object of ${peer}`)
  const { address } = await there.objects.post({ body })
  await assert.rejects(here.objects.getByAddress({ address }), /NotFound/)
  assert.deepEqual(await here.peers.fetch({ peer, address }), {
    outcome: 'fetched',
    address,
    bytes: body.length,
  })
  assert.deepEqual(Buffer.from((await here.objects.getByAddress({ address })).body), body)
  assert.equal((await here.peers.fetch({ peer, address })).outcome, 'known')
  await assert.rejects(here.peers.fetch({ peer, address: `b3:${'0'.repeat(64)}` }), /NotFound.*has nothing/)
  await assert.rejects(here.peers.fetch({ peer: 'stranger', address }), /no peer is named stranger/)

  const forward = { peer, topic: 'out', to: `from/${peer}` }
  assert.equal((await here.peers.forward(forward)).outcome, 'created')
  assert.equal((await here.peers.forward(forward)).outcome, 'unchanged')
  await assert.rejects(here.peers.forward({ peer, topic: 'out', to: 'elsewhere' }), /Conflict/)
  const texts = numbered(40)
  await send(here, 'out', texts)
  assert.deepEqual((await received(there, forward.to, texts.length)).toSorted(), texts.toSorted())
  await eventually('every message to be acknowledged', async () => {
    const { forwards } = await here.peers.list()
    return forwards[0]?.sent === texts.length
  })
  assert.equal((await here.mailbox.topic({ topic: 'out' })).leased, 0)
  await here.peers.unforward({ peer, topic: 'out' })
  await assert.rejects(here.peers.unforward({ peer, topic: 'out' }), /NotFound/)
}

test('one program with the SDK runs from the macronode to the micronode and the other way round', async () => {
  await Promise.all([isUp(macro, 'micro'), isUp(micro, 'macro')])
  await program(sdkOf(macro), 'micro', sdkOf(micro))
  await program(sdkOf(micro), 'macro', sdkOf(macro))
  assert.equal((await scrape(macro)).sum('pq_downgrade_events_total'), 0, 'all that micro asked was sealed')
})

test('each has proved to the other who it is, knows it by name, and counts how long it takes', async () => {
  for (const [node, peer, name, id] of [
    [macro, 'micro', microName, microId.node],
    [micro, 'macro', 'macro.example', macroId.node],
  ] as const) {
    assert.equal((await sdkOf(node).registry.resolve({ name })).node, id)
    const { met } = await sdkOf(node).peers.list()
    assert.ok(met.some((each) => each.node === id))
    const { hops, hop_p50_us, hop_p99_us } = await linkOf(node, peer)
    assert.ok(hops > 40 && hop_p50_us > 0 && hop_p99_us >= hop_p50_us, `${hops} ${hop_p50_us} ${hop_p99_us}`)
    await eventually('the hops to be in the metrics', async () =>
      (await scrape(node)).text.includes(`peer_hop_seconds_count{peer="${peer}"}`),
    )
  }
})

test('a peer that lies is found out: another identity, another descriptor, no key, other content', async () => {
  await isDown(
    macro,
    'impostor',
    new RegExp(`node ${microId.node} answers at .*, and ${nobody.node} is pinned`),
  )
  await isDown(macro, 'descriptor-liar', /no descriptor that .* signed/)
  await isDown(macro, 'proof-liar', new RegExp(`has a descriptor of ${microId.node} and not its key`))
  await isUp(macro, 'bytes-liar')
  const [here, there] = [sdkOf(macro), sdkOf(micro)]
  const { address } = await there.objects.post({ body: Buffer.from(truth) })
  await assert.rejects(here.peers.fetch({ peer: 'bytes-liar', address }), /IntegrityFail.*thrown away/)
  await assert.rejects(here.objects.getByAddress({ address }), /NotFound/)
  assert.equal((await here.peers.fetch({ peer: 'micro', address })).outcome, 'fetched')
})

test('a thread that ends amid forwarding loses no message and makes none of two', async () => {
  const [here, there] = [sdkOf(macro), sdkOf(micro)]
  await here.peers.forward({ peer: 'micro', topic: 'crash', to: 'crashed' })
  const texts = numbered(300)
  const sending = send(here, 'crash', texts)
  await restartThread(macro, 'peers', 'process.exit(7)')
  await sending
  assert.deepEqual((await received(there, 'crashed', texts.length)).toSorted(), texts.toSorted())
})

test('a peer that is killed and comes back gets what waited for it, and nothing is asked of it meanwhile', async () => {
  const here = sdkOf(macro)
  await isUp(macro, 'micro')
  await here.peers.forward({ peer: 'micro', topic: 'outage', to: 'after' })
  micro.signal('SIGKILL')
  await micro.ended()
  await isDown(macro, 'micro', /./)
  const texts = numbered(30)
  await send(here, 'outage', texts)
  await assert.rejects(here.peers.fetch({ peer: 'micro', address: absent }), /Unavailable.*is down/)
  micro = await startMicro()
  await isUp(macro, 'micro')
  assert.deepEqual((await received(sdkOf(micro), 'after', texts.length)).toSorted(), texts.toSorted())
  assert.equal((await here.mailbox.topic({ topic: 'outage' })).dead, 0)
})

test('a node under the name of another one is refused by name', async () => {
  const port = await freePort()
  const twin = await start('micro', microName, port, twinId, [
    `peers.links=${link('macro', macroPort, macroId.node, tokens.macro)}`,
  ])
  await isDown(twin, 'macro', new RegExp(`${microName} is the name of node ${microId.node}`))
  const stranger = identity()
  const other = await start('micro', 'stranger.example', await freePort(), stranger, [
    `peers.links=${link('macro', macroPort, macroId.node, tokens.macro)}`,
  ])
  await isDown(other, 'macro', new RegExp(`node ${stranger.node} may not link with this one`))
})

test('a peer is asked with the capability it gave and nothing else', async () => {
  micro = await startMicro()
  await isUp(macro, 'micro')
  writeFileSync(tokens.micro, attenuate(micro.token, 'verbs = peers.meet'))
  const here = sdkOf(macro)
  const body = Buffer.from('not for everybody')
  const { address } = await sdkOf(micro).objects.post({ body })
  const refused = /Unavailable.*micro refuses: CapabilityScope/
  await eventually('the new token to be used', async () =>
    refused.test(await here.peers.fetch({ peer: 'micro', address: absent }).then(String, String)),
  )
  await assert.rejects(here.peers.fetch({ peer: 'micro', address }), /CapabilityScope/)
  writeFileSync(tokens.micro, 'no token at all')
  await isDown(macro, 'micro', /./)
})

test('a node that names no peers has nothing to do with any, and connects to no other', async () => {
  need('strace')
  const traced = (file: string) => [
    'strace',
    '-D',
    '-f',
    '-qq',
    '-e',
    'trace=connect,sendto,sendmsg,sendmmsg,getsockname',
    '-o',
    file,
  ]
  const [none = '', some = '', datagram = ''] = ['none', 'some', 'datagram'].map((name) =>
    join(scratchFolder(), `connects-${name}`),
  )
  const gone = link('gone', await freePort(), nobody.node, secretFile('of-gone', macro.token))
  const [alone, linked] = await Promise.all([
    startNode({ through: traced(none) }),
    startNode({ through: traced(some), args: ['--set', `peers.links=${gone}`] }),
  ])
  await sdkOf(alone).objects.post({ body: Buffer.from('x') })
  await isDown(linked, 'gone', /./)
  assert.equal((await asker(alone)('GET /peers')).status, 404)
  const [told, nobodys] = await Promise.all([ronctl(['peers'], linked), ronctl(['peers', '--json'], alone)])
  assert.equal(told.code, 1, told.stderr)
  assert.match(told.stdout, /^ +gone +down +\S/m)
  assert.equal(nobodys.code, 1)
  assert.match(nobodys.stdout, /no service for peers; set peers\.links/)
  const { text } = await asker({ url: alone.admin, token: alone.token })('GET /api/v1/status')
  assert.ok(!text.includes('"peers"'))
  for (const node of [alone, linked]) {
    node.signal('SIGTERM')
    assert.equal(await node.ended(), 0)
  }
  assert.deepEqual(callsToOthers(none), [])
  assert.ok(callsToOthers(some).length > 0, 'the record would have shown one')
  const line = `const way = dgram.createSocket('udp4'); way.send('x', 9, '127.0.0.1', () => way.close())`
  // Without -D the program ends when its child does.
  const [, ...tracing] = traced(datagram).filter((arg) => arg !== '-D')
  assert.equal((await runProgram('strace', [...tracing, process.execPath, '-e', line])).exitCode, 0)
  assert.ok(callsToOthers(datagram).length > 0, 'and a datagram')
})

/**
 * Where a traced process connects or sends to. The socket driver tries itself out on a socket of its own, which it asks its
 * port.
 */
function callsToOthers(file: string): readonly string[] {
  const calls = readFileSync(file, 'utf8').split('\n')
  const portOf = (call: string) => /sin6?_port=htons\((\d+)\)/.exec(call)?.[1]
  const own = new Set(calls.filter((call) => call.includes(' getsockname(')).map(portOf))
  return calls.filter(
    (call) => / (connect|send\w+)\(/.test(call) && call.includes('AF_INET') && !own.has(portOf(call)),
  )
}
