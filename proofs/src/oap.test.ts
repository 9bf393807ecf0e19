/** OAP/1 as its wire page has it, over a WebSocket client of another make and over `POST /oap`. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { RawClient, handshakeText } from '@ron/transport/listener/raw-client.fixture'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import {
  ACK_REQ,
  acknowledgement,
  answerOf,
  COMP,
  END,
  EVENT,
  frame,
  framesIn,
  message,
  OapSocket,
  REQ,
  request,
  RESP,
  START,
  type Received,
  type Sent,
} from './oap-socket.ts'
import { pythonAttenuate } from './python-macaroon.ts'
import { zstdFrame } from './zstd.ts'

const node = await startNode()
const ask = asker(node)
const { token } = node

const storage = 0x0101
const mailbox = 0x0201
const get = { protocol: storage, code: 1 }
const put = { protocol: storage, code: 2 }
const list = { protocol: storage, code: 4 }
const recv = { protocol: mailbox, code: 3 }
const subscribe = { protocol: mailbox, code: 8 }
const chunk = 65_536

function send(topic: string, key: string) {
  return ask('POST /v1/mailbox/send', { json: { topic, idem_key: key, payload_b64: '' } })
}

/** Gives up what another request asked for. */
function cancel(target: number, corrId: number): Buffer {
  return frame({ code: 1, corrId, payload: JSON.stringify({ corr_id: String(target) }) })
}

test('the golden HELLO gets the golden answer, and members that were added', async () => {
  const hello =
    '000000360001000100000000000000000000000000000000000000aa0000000000000000002a7b227561223a2273646b2f302e31227d'
  const socket = await OapSocket.open(node.url)
  const { whole, payload } = await socket.send(Buffer.from(hello, 'hex')).next(42)
  assert.equal(whole.readUInt32BE(0), whole.length)
  const head = whole.subarray(4, 38).toString('hex')
  assert.equal(head, `0001000200c80000${'aa'.padStart(32, '0')}0000${'2a'.padStart(16, '0')}`)
  const golden =
    '{"max_frame":1048576,"max_inflight":64,"flags_supported":255,"versions":[1],"transports":["ws"],"server":"'
  assert.equal(payload.subarray(0, golden.length).toString(), golden)
  const reply: {
    max_chunk: number
    decompress_ratio_cap: number
    pq: string
    protocols: Record<string, number>
  } = JSON.parse(payload.toString())
  assert.deepEqual([reply.max_chunk, reply.decompress_ratio_cap, reply.pq], [65_536, 10, 'off'])
  assert.deepEqual([reply.protocols['storage'], reply.protocols['mailbox']], [storage, mailbox])

  assert.equal((await socket.send(frame({ payload: 'not JSON', corrId: 7 })).next(7)).code, 400)
  assert.equal((await socket.send(frame({ payload: '{"ua":null,"more":1}', corrId: 8 })).next(8)).code, 200)
  socket.close()
})

test('an object put in one frame comes back in one frame, and is listed', async () => {
  const socket = await OapSocket.open(node.url)
  const fields = { name: 'oap/small', content_type: 'text/plain' }
  const stored = await socket.call({ ...put, corrId: 1, cap: token, fields, body: Buffer.from('hi') })
  assert.deepEqual([stored.status, stored.fields['bytes']], [201, 2])
  const got = await socket.call({ ...get, corrId: 2, cap: token, fields: { name: 'oap/small' } })
  assert.deepEqual([got.status, got.body.toString(), got.fields['content_type']], [200, 'hi', 'text/plain'])
  const listed = await socket.call({ ...list, corrId: 3, cap: token, fields: { prefix: 'oap/' } })
  const { address } = stored.fields
  assert.deepEqual(listed.fields['items'], [
    { name: 'oap/small', address, bytes: 2, content_type: 'text/plain' },
  ])
  assert.equal((await ask('GET /objects/oap/small')).text, 'hi')
  socket.close()
})

test('a mebibyte goes up and comes down as a stream from START to END', async () => {
  const socket = await OapSocket.open(node.url, token)
  const body = Buffer.alloc(1_048_576)
  for (let at = 0; at < body.length; at += 4) body.writeUInt32BE(at, at)
  const payload = message({ name: 'oap/large' }, body)
  for (let at = 0; at < payload.length; at += chunk) {
    const flags = REQ | (at === 0 ? START : 0) | (at + chunk >= payload.length ? END : 0) | ACK_REQ
    socket.send(frame({ ...put, corrId: 5, flags, payload: payload.subarray(at, at + chunk) }))
    const { code, payload: nothing, flags: kind } = await socket.next(5)
    assert.deepEqual([code, nothing.length, kind], [202, 0, RESP])
  }
  assert.equal((await socket.answer(5)).status, 201)

  socket.send(request({ ...get, corrId: 6, fields: { name: 'oap/large' } }))
  const frames: Received[] = []
  for (let last = await socket.next(6); ; last = await socket.next(6)) {
    frames.push(last)
    if ((last.flags & END) !== 0) break
  }
  assert.equal(frames.filter(({ flags }) => (flags & START) !== 0).length, 1)
  assert(frames.every(({ payload: part }) => part.length <= chunk))
  assert(answerOf(frames).body.equals(body))
  assert((await ask('GET /objects/oap/large')).bytes.every((byte, at) => byte === body[at]))
  socket.close()
})

test('bytes that cannot be trusted get one answer and end the connection', async () => {
  const hostile: Record<string, Sent> = {
    'another version': { version: 2 },
    'an unknown flag': { flags: 0x0100 | REQ },
    'no kind': { flags: 0 },
    'two kinds': { flags: REQ | RESP },
    'a length below the header': { length: 37 },
    'a length above the limit': { length: 1_048_577 },
    'a capability without START': { cap: token, flags: REQ },
    'a capability past its frame': { capLength: 40, flags: REQ | START },
  }
  for (const [name, sent] of Object.entries(hostile)) {
    const socket = await OapSocket.open(node.url, token)
    socket.send(frame({ corrId: 9, ...sent }), request({ ...put, corrId: 10, fields: { name: 'after' } }))
    const { code, flags } = await socket.next(9)
    assert.deepEqual([code, flags & RESP], [name === 'a length above the limit' ? 413 : 400, RESP], name)
    assert.equal(await socket.closed, 1002, name)
    await assert.rejects(socket.next(10), /without a frame/, name)
  }
  assert.equal((await ask('GET /objects/after')).status, 404)
})

test('a stream out of order is refused on its corr_id, and the connection lives', async () => {
  const socket = await OapSocket.open(node.url, token)
  const opening = frame({ ...put, corrId: 1, flags: REQ | START, payload: message({ name: 'never' }) })
  socket.send(opening)
  const second = answerOf([await socket.send(opening).next(1)])
  assert.equal(second.status, 400)
  assert.match(String(second.fields['detail']), /START/)
  assert.equal((await socket.send(frame({ ...put, corrId: 2, flags: REQ | END })).next(2)).code, 400)
  const tooLong = frame({ ...put, corrId: 3, flags: REQ | START, payload: Buffer.alloc(chunk + 1) })
  assert.equal((await socket.send(tooLong).next(3)).code, 413)
  assert.equal((await socket.send(frame({ flags: RESP, corrId: 4, payload: 'what?' })).next(4)).code, 400)
  assert.equal((await socket.call({ ...list, corrId: 5 })).status, 200)
  assert.equal((await ask('GET /objects/never')).status, 404)
  socket.close()
})

test('what is no whole frame, no binary message or far too large closes the connection', async () => {
  const whole = request({ ...list, corrId: 1 })
  const partial = await OapSocket.open(node.url, token)
  assert.equal(await partial.send(whole.subarray(0, whole.length - 1)).closed, 1007)
  const text = await OapSocket.open(node.url, token)
  assert.equal(await text.sendText(whole.toString('latin1')).closed, 1007)
  const large = await OapSocket.open(node.url, token)
  assert.equal(await large.send(Buffer.alloc(1_048_577)).closed, 1009)
  const immense = await OapSocket.open(node.url, token)
  assert.equal(await immense.send(Buffer.alloc(8 * 1_048_576)).closed, 1006)
})

test('the 65th request in flight is told to wait, and a place is free once one is answered', async () => {
  const socket = await OapSocket.open(node.url, token)
  const waiting = (corrId: number) =>
    request({ ...recv, corrId, fields: { topic: 'quiet', wait_ms: 20_000 } })
  for (let corrId = 1; corrId <= 64; corrId++) socket.send(waiting(corrId))
  const refused = answerOf([await socket.send(waiting(65)).next(65)])
  assert.deepEqual([refused.status, refused.fields['code'], refused.fields['retryable']], [429, 'Busy', true])

  // HELLO and CANCEL would need a place too, so the next one comes free with a message.
  await send('quiet', 'k')
  const { fields } = await socket.answer(1)
  assert(Array.isArray(fields['messages']) && fields['messages'].length === 1)
  assert.equal((await socket.call({ ...list, corrId: 66 })).status, 200)
  socket.close()
})

test('a compressed payload is inflated, and one that grows past its caps is refused', async () => {
  const socket = await OapSocket.open(node.url, token)
  const payload = message({ name: 'oap/zipped' }, Buffer.from('plain'))
  const flags = REQ | COMP
  socket.send(frame({ ...put, corrId: 1, flags, payload: zstdFrame(payload) }))
  assert.equal((await socket.answer(1)).status, 201)
  assert.equal((await ask('GET /objects/oap/zipped')).text, 'plain')

  socket.send(frame({ ...put, corrId: 2, flags, payload: zstdFrame(Buffer.alloc(0), 2_000_000) }))
  const bomb = await socket.answer(2)
  assert.deepEqual([bomb.status, bomb.fields['code']], [413, 'DecompressCap'])
  assert.equal((await socket.send(frame({ ...put, corrId: 3, flags, payload: 'no zstd' })).next(3)).code, 400)
  assert.equal((await socket.call({ ...list, corrId: 4 })).status, 200)
  socket.close()
})

test('nothing is inflated for a frame whose capability is missing, forged or not for its operation', async () => {
  const counts = async () => {
    const { value } = await scrape(node)
    const rejected = (reason: string) => value(`rejected_total{reason="${reason}"}`) || 0
    const bombs = value('integrity_failure_total{stage="decompress_cap"}')
    return { denied: rejected('unauth') + rejected('scope'), capped: rejected('oap_cap'), bombs }
  }
  const forged = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`
  const reader = await pythonAttenuate(token, 'verbs = objects.read')
  const payload = zstdFrame(Buffer.alloc(0), 2_000_000)
  const bombs = [
    frame({ ...put, corrId: 1, flags: REQ | COMP, payload }),
    frame({ ...put, corrId: 2, flags: REQ | START | END | COMP, cap: forged, payload }),
    frame({ ...put, corrId: 3, flags: REQ | START | END | COMP, cap: reader, payload }),
  ]
  const wanted = ['1 401 CapabilityMissing', '2 401 CapabilityInvalid', '3 403 CapabilityScope']

  const before = await counts()
  const socket = await OapSocket.open(node.url)
  socket.send(...bombs)
  const told = [await socket.next(1), await socket.next(2), await socket.next(3)]
  socket.close()
  const posted = await ask('POST /oap', {
    token: null,
    body: Buffer.concat(bombs),
    headers: { 'content-type': 'application/oap' },
  })
  for (const frames of [told, [...framesIn(Buffer.from(posted.bytes))]]) {
    const answers = frames.map((one) => `${one.corrId} ${one.code} ${String(answerOf([one]).fields['code'])}`)
    assert.deepEqual(answers.toSorted(), wanted)
  }
  const { denied, ...others } = await counts()
  assert.deepEqual({ denied: denied - 2 * bombs.length, ...others }, before)
})

test('a stream of somebody without a capability is refused at its START, and the rest of it is discarded', async () => {
  const socket = await OapSocket.open(node.url)
  const payload = message({ name: 'oap/nobody' })
  const opened = await socket.send(frame({ ...put, corrId: 1, flags: REQ | START, payload })).next(1)
  assert.equal(opened.code, 401)
  socket.send(frame({ ...put, corrId: 1, payload: Buffer.alloc(chunk) }))
  socket.send(frame({ ...put, corrId: 1, flags: REQ | END }))
  assert.equal((await socket.call({ ...list, corrId: 1, cap: token })).status, 200)
  assert.equal((await ask('GET /objects/oap/nobody')).status, 404)
  socket.close()
})

test('the token of the upgrade holds for frames without one; a cap in START goes before it', async () => {
  const anonymous = await OapSocket.open(node.url)
  const missing = await anonymous.call({ ...list, corrId: 1 })
  assert.deepEqual([missing.status, missing.fields['code']], [401, 'CapabilityMissing'])
  assert.equal((await anonymous.call({ ...list, corrId: 2, cap: token })).status, 200)
  assert.equal(
    (await anonymous.call({ ...list, corrId: 3 })).status,
    401,
    'a cap is good for its own message',
  )
  anonymous.close()

  const named = await OapSocket.open(node.url, token)
  assert.equal((await named.call({ ...list, corrId: 1 })).status, 200)
  const garbage = await named.call({ ...list, corrId: 2, cap: 'garbage' })
  assert.deepEqual([garbage.status, garbage.fields['code']], [401, 'CapabilityInvalid'])
  named.close()
})

test('what does not exist, and fields nobody asked for, are refused by name', async () => {
  const socket = await OapSocket.open(node.url, token)
  const stranger = await socket.call({ protocol: storage, code: 999, corrId: 1 })
  assert.equal(stranger.status, 404)
  const fields = { prefix: 'a', depth: 1 }
  const unknown = await socket.call({ ...list, corrId: 2, fields })
  assert.deepEqual([unknown.status, unknown.fields['code']], [400, 'BadRequest'])
  assert.match(String(unknown.fields['detail']), /depth/)
  const broken = frame({ ...list, corrId: 3, payload: Buffer.from('0001ff', 'hex') })
  assert.equal((await socket.send(broken).next(3)).code, 400)
  const short = frame({ ...list, corrId: 4, payload: Buffer.from('00') })
  assert.equal((await socket.send(short).next(4)).code, 400)
  socket.close()
})

test('a subscription sends events until it is cancelled, and then ends', async () => {
  const socket = await OapSocket.open(node.url, token)
  socket.send(request({ ...subscribe, corrId: 1, fields: { topic: 'live' } }))
  await subscribed(1)
  await send('live', 'a')
  const event = await socket.next(1)
  assert.deepEqual([event.flags & (EVENT | ACK_REQ), answerOf([event]).fields['kind']], [EVENT, 'message'])
  const cancelled = await socket.send(cancel(1, 3)).next(3)
  assert.deepEqual([cancelled.code, cancelled.payload.length], [200, 0])
  assert.equal((await socket.next(1)).flags & (RESP | EVENT), RESP)
  await subscribed(0)
  await send('live', 'b')
  assert.equal((await socket.call({ ...list, corrId: 1 })).status, 200, 'its corr_id is free and silent')
  socket.close()
})

test('a subscriber that does not acknowledge is sent a window of events, and told later what it lost', async () => {
  const socket = await OapSocket.open(node.url, token)
  socket.send(request({ ...subscribe, corrId: 1, fields: { topic: 'flood' } }))
  await subscribed(1)
  const sent = 200
  for (let at = 0; at < sent; at++) await send('flood', String(at))
  const window: Received[] = []
  for (let at = 0; at < 32; at++) window.push(await socket.next(1))
  // Were a 33rd event on its way, it would come before this answer.
  await socket.call({ ...list, corrId: 2 })
  assert.equal(socket.waiting(1), 0)
  const asking = window.filter(({ flags }) => (flags & ACK_REQ) !== 0)
  assert.deepEqual(asking, [window[15], window[31]])
  socket.send(...asking.map(acknowledgement))
  let [delivered, lost] = [window.length, 0]
  while (lost === 0) {
    const event = await socket.next(1)
    if ((event.flags & ACK_REQ) !== 0) socket.send(acknowledgement(event))
    const { kind, count } = answerOf([event]).fields
    if (kind === 'lost') lost = Number(count)
    else delivered += 1
  }
  assert.equal(delivered + lost, sent)
  assert(lost > 0)
  socket.close()
})

test('POST /oap answers every frame of its body', async () => {
  const post = (body: Uint8Array, type = 'application/oap') =>
    ask('POST /oap', { body, headers: { 'content-type': type } })
  const fields = { name: 'oap/posted' }
  const both = [
    request({ ...put, corrId: 1, fields, body: Buffer.from('x') }),
    request({ ...list, corrId: 2, cap: 'garbage' }),
    frame({ corrId: 3, payload: '{"ua":null}' }),
  ]
  const reply = await post(Buffer.concat(both))
  assert.deepEqual([reply.status, reply.headers.get('content-type')], [200, 'application/oap'])
  const codes = [...framesIn(Buffer.from(reply.bytes))].map(({ corrId, code }) => `${corrId} ${code}`)
  assert.deepEqual(codes.toSorted(), ['1 201', '2 401', '3 200'])

  const watch = await post(request({ ...subscribe, corrId: 1, fields: { topic: 't' } }))
  assert.deepEqual(
    [...framesIn(Buffer.from(watch.bytes))].map(({ code }) => code),
    [400],
  )
  const cut = await post(request({ ...list, corrId: 1 }).subarray(0, 40))
  assert.deepEqual([cut.status, cut.json<Problem>().code], [400, 'BadRequest'])
  assert.equal((await post(Buffer.alloc(0), 'application/json')).status, 415)
  const zipped = await ask('POST /oap', {
    body: zstdFrame(Buffer.concat(both)),
    headers: { 'content-type': 'application/oap', 'content-encoding': 'zstd' },
  })
  assert.deepEqual([zipped.status, zipped.json<Problem>().code], [415, 'UnsupportedMedia'])
})

test('only OAP/1 on WebSocket version 13 is spoken', async () => {
  const status = async (extra: string) => {
    const client = await RawClient.open(node.port)
    const answer = await client.send(handshakeText('/oap', extra)).answer()
    client.destroy()
    return answer
  }
  assert.equal((await status('Sec-WebSocket-Protocol: oap.1\r\n')).status, 101)
  assert.equal((await status('')).status, 101)
  assert.equal((await status('Sec-WebSocket-Protocol: chat\r\n')).status, 400)
  const old = await status('Sec-WebSocket-Version: 8\r\n')
  assert.deepEqual([old.status, old.headers.get('sec-websocket-version')], [400, '13'])
})

/** Until so many subscriptions are being served. */
async function subscribed(wanted: number): Promise<void> {
  await eventually(`${wanted} subscriptions`, async () => {
    return (await scrape(node)).value('inflight_requests{route="/v1/mailbox/subscribe"}') === wanted
  })
}
