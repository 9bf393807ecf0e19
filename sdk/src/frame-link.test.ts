import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { noBytes } from '@ron/transport/oap/bytes'
import { flag, noTenant, type Frame } from '@ron/transport/oap/frame'
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

/** A link over a socket that is there once `opening` resolves and then does what the test says. */
function linked(opening: Promise<void> = Promise.resolve()) {
  const seen = { sent: 0, prepared: 0, closed: [] as number[], ended: [] as Error[], frames: 0 }
  const sockets: SocketEvents[] = []
  const open: OpenSocket = async (_url, _protocol, events) => {
    sockets.push(events)
    await opening
    return { send: () => void seen.sent++, close: (code) => void seen.closed.push(code) }
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
  assert.equal(seen.sent, 1)
  link.end(new Error('over'))
  link.send(frame)
  assert.equal(seen.sent, 1)
  assert.deepEqual(seen.closed, [1000])
})

test('there is time while it connects, and none once it has ended', async () => {
  const { link, seen, events } = linked()
  events.connecting()
  assert.deepEqual([seen.prepared, seen.sent], [1, 0])
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
  assert.equal(seen.sent, 0)
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
