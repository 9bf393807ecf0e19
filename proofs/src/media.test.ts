/**
 * Media: objects larger than a frame, uploaded piece by piece through whatever goes wrong, and read by range. The
 * client here is plain HTTP, as any that speaks tus 1.0.0 would send it.
 */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { attenuate, SDK } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Problem, type Reply } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { scratchFolder } from './scratch.ts'
import { inspected, restartThread } from './thread-killer.ts'

const mebibyte = 2 ** 20
const pieceType = { 'content-type': 'application/offset+octet-stream' }
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let noises = 0

/** Bytes of which no two stretches are alike, and none is like any before. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0, state = ++noises; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes.writeUInt32LE(state, at)
  }
  return bytes
}

async function begin(ask: Ask, name: string, bytes: number): Promise<`/${string}`> {
  const headers = {
    'upload-length': String(bytes),
    'upload-metadata': 'filetype dmlkZW8vbXA0',
    'tus-resumable': '1.0.0',
  }
  const { status, headers: told, text } = await ask(`POST /media/${name}`, { headers })
  assert.equal(status, 201, text)
  assert.equal(told.get('tus-resumable'), '1.0.0')
  return `/${(told.get('location') ?? '').slice(1)}`
}

function send(ask: Ask, upload: `/${string}`, offset: number, body: Uint8Array): Promise<Reply> {
  return ask(`PATCH ${upload}`, { headers: { ...pieceType, 'upload-offset': String(offset) }, body })
}

async function offsetOf(ask: Ask, upload: `/${string}`): Promise<number> {
  const { status, headers } = await ask(`HEAD ${upload}`)
  assert.equal(status, 204)
  assert.equal(headers.get('cache-control'), 'no-store')
  return Number(headers.get('upload-offset'))
}

async function upload(ask: Ask, name: string, content: Buffer, pieceBytes = mebibyte): Promise<void> {
  const to = await begin(ask, name, content.length)
  for (let at = 0; at < content.length; at += pieceBytes) {
    const { status, text } = await send(ask, to, at, content.subarray(at, at + pieceBytes))
    assert.equal(status, 204, text)
  }
}

const node = await startNode({ env: { MICRO_MEDIA_ENABLED: '1', ...inspected } })
const ask = asker(node)

test('20 MiB go up in pieces through a broken connection and the death of storage, and come back byte for byte', async () => {
  const content = noise(20 * mebibyte)
  const to = await begin(ask, 'films/long.mp4', content.length)
  let broken = false
  let killed = false
  for (let at = 0; at < content.length; at = await offsetOf(ask, to)) {
    const piece = content.subarray(at, at + 700_001)
    if (at > 5 * mebibyte && !broken) {
      broken = true
      await breakOff(to, at, piece)
      assert.equal(await offsetOf(ask, to), at, 'half a piece is no piece')
      continue
    }
    if (at > 10 * mebibyte && !killed) {
      killed = true
      await restartThread(node, 'storage', 'process.exit(7)')
      assert.equal(await offsetOf(ask, to), at, 'what was acknowledged is there after a restart')
    }
    const { status, text, headers } = await send(ask, to, at, piece)
    assert.equal(status, 204, text)
    assert.equal(headers.get('upload-offset'), String(at + piece.length))
  }
  assert.ok(broken && killed)
  const whole = await ask('GET /media/films/long.mp4')
  assert.equal(whole.status, 200)
  assert.equal(whole.headers.get('content-type'), 'video/mp4')
  assert.equal(whole.headers.get('content-length'), String(content.length))
  assert.equal(sha(whole.bytes), sha(content))
})

test('ranges, conditions and HEAD are those of any other object', async () => {
  const content = noise(5 * mebibyte + 17)
  await upload(ask, 'ranged', content, 400_000)
  const head = await ask('HEAD /media/ranged')
  assert.deepEqual(
    [head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')],
    [200, String(content.length), 'bytes'],
  )
  const etag = head.headers.get('etag') ?? ''
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=399999-400000', 399_999, 400_001],
    ['bytes=1000000-3999999', 1_000_000, 4_000_000],
    ['bytes=5242880-', 5_242_880, content.length],
    ['bytes=-2000000', content.length - 2_000_000, content.length],
    ['bytes=0-', 0, content.length],
  ] as const) {
    const part = await ask('GET /media/ranged', { headers: { range, 'if-range': etag } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/${content.length}`)
    assert.equal(part.headers.get('content-length'), String(end - start))
    assert.equal(sha(part.bytes), sha(content.subarray(start, end)), range)
  }
  const status = async (headers: Record<string, string>) =>
    (await ask('GET /media/ranged', { headers })).status
  assert.equal(await status({ range: `bytes=${content.length}-` }), 416)
  assert.equal(await status({ 'if-none-match': etag }), 304)
  assert.equal(await status({ 'if-match': '"b3:other"' }), 412)
  assert.equal(await status({ range: 'bytes=0-1', 'if-range': '"b3:other"' }), 200)
})

test('the manifest names chunks that can be fetched and checked one by one', async () => {
  const content = noise(1_000_000)
  await upload(ask, 'listed', content, 300_000)
  const reply = await ask('GET /media/listed?manifest=true')
  assert.equal(reply.headers.get('content-type'), 'application/vnd.ron.media-manifest+json')
  const { chunks } = reply.json<{ chunks: { address: string; bytes: number }[] }>()
  const fetched = await Promise.all(chunks.map(({ address }) => ask(`GET /o/${address}`)))
  assert.deepEqual(
    fetched.map(({ bytes }) => bytes.length),
    chunks.map(({ bytes }) => bytes),
  )
  assert.equal(sha(Buffer.concat(fetched.map(({ bytes }) => bytes))), sha(content))
  const { items } = (await ask('GET /media?prefix=listed')).json<{ items: { name: string }[] }>()
  assert.deepEqual(
    items.map(({ name }) => name),
    ['listed'],
  )
})

test('a deleted object and an ended upload are gone with all their chunks', async () => {
  const content = noise(600_000)
  await upload(ask, 'deleted', content, 300_000)
  const { chunks } = (await ask('GET /media/deleted?manifest=true')).json<{ chunks: { address: string }[] }>()
  assert.equal((await ask('DELETE /media/deleted')).status, 204)
  for (const path of ['/media/deleted', ...chunks.map(({ address }) => `/o/${address}`)] as `/${string}`[])
    assert.equal((await ask(`GET ${path}`)).status, 404)
  const to = await begin(ask, 'ended', 100)
  assert.equal((await send(ask, to, 0, noise(40))).status, 204)
  assert.equal((await ask(`DELETE ${to}`)).status, 204)
  assert.equal((await ask(`HEAD ${to}`)).status, 404)
})

test('what makes no sense is refused with what would', async () => {
  const to = await begin(ask, 'odd', 100)
  const other = to.replace('/odd?', '/other?') as `/${string}`
  const piece = noise(40)
  const tus = (headers: Record<string, string>) => ({ headers: { 'upload-length': '5', ...headers } })
  const tried: [Promise<Reply>, number, RegExp][] = [
    [ask('POST /media/odd'), 411, /Upload-Length/],
    [ask('POST /media/odd', tus({ 'upload-length': '0' })), 411, /at least 1/],
    [ask('POST /media/odd', tus({ 'upload-length': '-1' })), 400, /./],
    [ask('POST /media/odd', tus({ 'upload-length': '2TiB' })), 400, /./],
    [ask('POST /media/odd', tus({ 'upload-length': String(2 ** 40) })), 413, /storage\.media_bytes_max/],
    [ask('POST /media/odd', tus({ 'upload-length': String(2 ** 30) })), 507, /storage\.bytes_max/],
    [ask('POST /media/odd', tus({ 'upload-metadata': 'filetype ???' })), 400, /key, a space and base64/],
    [ask('POST /media/odd', tus({ 'tus-resumable': '0.2.2' })), 412, /speaks tus 1\.0\.0/],
    [send(ask, to, 7, piece), 409, /is at offset 0, not at 7/],
    [send(ask, to, 0, noise(101)), 409, /ends in 100/],
    [send(ask, to, 0, noise(mebibyte + 1)), 413, /./],
    [send(ask, other, 0, piece), 404, /no upload/],
    [
      ask(`PATCH ${to}`, { headers: { 'upload-offset': '0', 'content-type': 'text/plain' }, body: piece }),
      415,
      /offset\+octet/,
    ],
    [ask(`PATCH /media/odd`, { headers: { 'upload-offset': '0' }, body: piece }), 400, /upload/],
    [ask('GET /media/nothing'), 404, /no media is named/],
    [ask('GET /media/odd'), 404, /no media is named/],
    [ask('PUT /media/odd', { body: piece }), 405, /PATCH/],
  ]
  for (const [reply, status, detail] of tried) {
    const { status: got, json, text } = await reply
    assert.equal(got, status, text)
    assert.match(json<Problem>().detail, detail)
  }
  assert.equal(await offsetOf(ask, to), 0)
})

test('a capability for a path covers the uploads and the objects under it, and no others', async () => {
  const token = attenuate(node.token, 'path = /media/alice/*')
  const alice = asker({ url: node.url, token })
  await upload(alice, 'alice/a', noise(1_000))
  assert.equal((await alice('GET /media/alice/a')).status, 200)
  const to = await begin(ask, 'bob/b', 10)
  const id = to.slice(to.indexOf('?'))
  const denied: `${string} /${string}`[] = [
    'GET /media/bob/b',
    'POST /media/bob/b',
    `HEAD ${to}`,
    `DELETE ${to}`,
  ]
  for (const what of denied) assert.equal((await alice(what)).status, 403, what)
  assert.equal((await send(alice, `/media/alice/b${id}`, 0, noise(10))).status, 404, 'not by another name')
})

test('a client that leaves in the middle of a long answer leaves nothing behind', async () => {
  await upload(ask, 'left', noise(12 * mebibyte))
  for (let nth = 0; nth < 5; nth++) {
    const socket = connect({ port: node.port, host: '127.0.0.1' })
    socket.write(`GET /media/left HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${node.token}\r\n\r\n`)
    await new Promise((resolve) => socket.once('data', resolve))
    socket.resetAndDestroy()
  }
  await eventually('no request to be in flight', async () => {
    const { text } = await scrape(node)
    return /^inflight_requests\{.*\/media\/\*name.*\} 0$/m.test(text)
  })
  assert.equal((await ask('GET /media/left', { headers: { range: 'bytes=0-9' } })).bytes.length, 10)
})

test('the SDK uploads through the death of storage over both carriers, and reads streams and ranges', async () => {
  const content = noise(6 * mebibyte + 5)
  for (const carrier of ['http', 'oap'] as const) {
    const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })
    try {
      const kills: Promise<void>[] = []
      const sent: number[] = []
      await sdk.media.upload(`sdk/${carrier}`, new Blob([Uint8Array.from(content)], { type: 'video/webm' }), {
        onProgress({ sentBytes }) {
          sent.push(sentBytes)
          if (sentBytes > 2 * mebibyte && kills.length === 0)
            kills.push(restartThread(node, 'storage', 'process.exit(7)'))
        },
      })
      await Promise.all(kills)
      assert.deepEqual([sent[0], sent.at(-1)], [0, content.length])
      const stream = await sdk.media.open({ name: `sdk/${carrier}` })
      assert.equal(sha(new Uint8Array(await new Response(stream).arrayBuffer())), sha(content))
      const range = await sdk.media.open({ name: `sdk/${carrier}`, range: 'bytes=1000000-2999999' })
      const part = new Uint8Array(await new Response(range).arrayBuffer())
      assert.equal(sha(part), sha(content.subarray(1_000_000, 3_000_000)))
      const got = await sdk.media.get({ name: `sdk/${carrier}`, range: 'bytes=5-9' })
      assert.deepEqual(Buffer.from(got.body), content.subarray(5, 10))
      assert.equal(got.content_type, 'video/webm')
      await sdk.media.remove({ name: `sdk/${carrier}` })
    } finally {
      sdk.close()
    }
  }
})

test('the shell lines of docs/MEDIA.md work, one after the other', async () => {
  const path = fileURLToPath(new URL('../../docs/MEDIA.md', import.meta.url))
  const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(readFileSync(path, 'utf8')) ?? []
  const lines = block.replace(/^export .*$/m, '').replaceAll('curl ', 'curl -fsS ')
  assert.ok(lines.includes('curl'))
  const cwd = scratchFolder()
  writeFileSync(join(cwd, 'film.mp4'), noise(3_000_000))
  const env = { PATH: process.env['PATH'], RON_URL: node.url, RON_CAP: node.token }
  const { stdout } = await promisify(execFile)('bash', ['-euc', lines], { cwd, env })
  assert.match(stdout, /^1000000$/m)
  assert.match(stdout, /"type":"video\/mp4","bytes":3000000/)
  assert.match(stdout, /"name":"films\/film.mp4"/)
})

test('whoever watches is told what was stored', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  const stop = new AbortController()
  const first = async () => {
    for await (const event of sdk.media.watch({}, { signal: stop.signal })) return event
    return null
  }
  const told = first()
  // The subscription takes a moment to begin.
  await eventually('an event', async () => {
    await upload(ask, 'watched', noise(10))
    return Promise.race([told.then(() => true), new Promise<boolean>((done) => setImmediate(done, false))])
  })
  const event = await told
  assert.deepEqual([event?.kind, event?.name, event?.bytes], ['stored', 'watched', 10])
  stop.abort()
})

test('a node that does not serve media says which setting turns it on', async () => {
  const plain = asker(await startNode())
  for (const what of ['GET /media/a', 'POST /media/a', 'GET /media', 'OPTIONS /media'] as const) {
    const reply = await plain(what)
    assert.equal(reply.status, 404)
    assert.match(reply.json<Problem>().detail, /set MICRO_MEDIA_ENABLED=1/)
  }
  assert.equal((await ask('OPTIONS /media')).headers.get('tus-version'), '1.0.0')
})

/** Sends the first half of a piece and is gone. */
async function breakOff(to: string, offset: number, piece: Uint8Array): Promise<void> {
  const socket = connect({ port: node.port, host: '127.0.0.1' })
  const head = [
    `PATCH ${to} HTTP/1.1`,
    'Host: node',
    `Authorization: Bearer ${node.token}`,
    `Content-Type: ${pieceType['content-type']}`,
    `Upload-Offset: ${offset}`,
    `Content-Length: ${piece.length}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  await new Promise((resolve) => socket.write(piece.subarray(0, piece.length >> 1), resolve))
  socket.resetAndDestroy()
}
