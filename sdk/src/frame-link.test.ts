import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { noBytes } from '@ron/transport/oap/bytes'
import { flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { FrameParser } from '@ron/transport/oap/parser'
import { agree } from '@ron/transport/session/agreement'
import { native } from '@ron/transport/session/native'
import { suites } from '@ron/transport/session/suites'
import { ConnectionError } from './error.ts'
import { FrameLink } from './frame-link.ts'
import type { OpenSocket, SocketEvents } from './socket.ts'

const frame: Frame = {
  flags: flag.REQ,
  code: 1,
  appProtoId: 1,
  tenant: noTenant,
  corrId: 1n,
  cap: noBytes,
  payload: noBytes,
}

/** The ids of the frames of each message. */
const idsIn = (messages: readonly Uint8Array[]) =>
  messages.map((message) => new FrameParser().push(message).frames.map(({ corrId }) => corrId))

/** A client and a node that agreed on a session. */
function sides() {
  const handshake = () => ({
    suite: suites[0],
    shared: new Uint8Array(32),
    identity: noBytes,
    hello: noBytes,
    reply: noBytes,
  })
  return [agree('client', handshake(), native), agree('node', handshake(), native)] as const
}

/** A link over a socket that is there once `opening` resolves and then does what the test says. */
function linked(opening: Promise<void> = Promise.resolve()) {
  const seen = {
    sent: [] as Uint8Array[],
    prepared: 0,
    closed: [] as number[],
    ended: [] as Error[],
    frames: 0,
  }
  const sockets: SocketEvents[] = []
  const open: OpenSocket = async (_url, _protocol, events) => {
    sockets.push(events)
    await opening
    return { send: (bytes) => void seen.sent.push(bytes), close: (code) => void seen.closed.push(code) }
  }
  const link = new FrameLink('ws://node/oap', open, {
    connecting: () => void seen.prepared++,
    opened: () => link.send(frame),
    frame: () => void seen.frames++,
    ended: (because) => void seen.ended.push(because),
  })
  const [events] = sockets
  assert.ok(events)
  return { link, seen, events }
}

test('what is sent goes out while the link is open, and nowhere afterwards', async () => {
  const { link, seen, events } = linked()
  await turn()
  events.opened()
  link.send({ ...frame, corrId: 2n })
  link.end(new Error('over'))
  link.send(frame)
  await turn()
  assert.deepEqual(idsIn(seen.sent), [[1n, 2n]], 'what was sent before the end goes out before it')
  assert.deepEqual(seen.closed, [1000])
})

test('frames of one turn go in one message, up to a length, and in their order', async () => {
  const { link, seen, events } = linked()
  await turn()
  events.opened()
  assert.deepEqual(seen.sent, [], 'the turn is not over')
  for (const corrId of [2n, 3n]) link.send({ ...frame, corrId })
  await turn()
  for (let corrId = 4n; corrId < 8n; corrId++) link.send({ ...frame, corrId, payload: new Uint8Array(6_000) })
  link.send({ ...frame, corrId: 8n, payload: new Uint8Array(100_000) })
  link.send({ ...frame, corrId: 9n })
  await turn()
  assert.deepEqual(idsIn(seen.sent), [[1n, 2n, 3n], [4n, 5n], [6n, 7n], [8n], [9n]])
})

test('once there is a session, frames of one turn go in one record, and those from before in the clear', async () => {
  const { link, seen, events } = linked()
  await turn()
  events.opened()
  const [ours, theirs] = sides()
  link.seal(ours)
  for (const corrId of [2n, 3n]) link.send({ ...frame, corrId })
  await turn()
  const [clear, record, ...more] = seen.sent
  assert.deepEqual([idsIn(clear === undefined ? [] : [clear]), more.length], [[[1n]], 0])
  const opened = theirs.opener.open(record ?? noBytes)
  assert.ok(opened.ok)
  assert.deepEqual(idsIn([opened.frames]), [[2n, 3n]])
})

test('there is time while it connects, and none once it has ended', async () => {
  const { link, seen, events } = linked()
  events.connecting()
  assert.deepEqual([seen.prepared, seen.sent], [1, []])
  link.end(new Error('over'))
  events.connecting()
  assert.equal(seen.prepared, 1)
})

test('a link ends once, whatever else happens', async () => {
  const { link, seen, events } = linked()
  await turn()
  events.received('text')
  events.received('more text')
  events.closed(1006, '', undefined)
  link.end(new Error('later'))
  assert.equal(seen.ended.length, 1)
  assert.match(String(seen.ended[0]), /text message/)
  assert.deepEqual(seen.closed, [4007])
})

test('ended before it has a socket, it closes the socket as soon as there is one', async () => {
  let ready = () => {}
  const { link, seen, events } = linked(new Promise((resolve) => (ready = resolve)))
  link.end(new Error('given up'))
  assert.deepEqual(seen.closed, [])
  ready()
  await turn()
  assert.deepEqual(seen.closed, [1000])
  events.opened()
  assert.deepEqual(seen.sent, [])
})

test('a socket that cannot be made, or closes before it opens, is a node that cannot be reached', async () => {
  const failed = linked(Promise.reject(new Error('no such host')))
  const refused = linked()
  await turn()
  refused.events.closed(1006, '', new Error('refused'))
  for (const { seen } of [failed, refused]) {
    const [because] = seen.ended
    assert.ok(because instanceof ConnectionError && because.untouched)
    assert.match(because.message, /ws:\/\/node\/oap could not be reached/)
    assert.ok(because.cause instanceof Error)
  }
})

test('only a node that goes away is known to have done nothing of what it left unanswered', async () => {
  for (const [code, untouched] of [
    [1001, true],
    [1006, false],
    [1012, false],
  ] as const) {
    const { seen, events } = linked()
    await turn()
    events.opened()
    events.closed(code, '', undefined)
    const [because] = seen.ended
    assert.ok(because instanceof ConnectionError)
    assert.equal(because.untouched, untouched, String(code))
  }
})
