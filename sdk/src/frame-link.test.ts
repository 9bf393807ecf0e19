import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { noBytes } from '@ron/transport/oap/bytes'
import { ConnectionError } from './error.ts'
import { FrameLink } from './frame-link.ts'
import type { SocketEvents } from './socket.ts'

const frame: Frame = {
  flags: flag.REQ,
  code: 1,
  appProtoId: 1,
  tenant: noTenant,
  corrId: 1n,
  cap: noBytes,
  payload: noBytes,
}

/** A link over a socket that opens, and does everything else, when the test says so. */
function linked() {
  const seen = { sent: 0, closed: [] as number[], ended: [] as Error[] }
  const socket = { send: () => void seen.sent++, close: (code: number) => void seen.closed.push(code) }
  const opening = Promise.withResolvers<typeof socket>()
  let events: SocketEvents | null = null
  const link = new FrameLink(
    'ws://node/oap',
    (_url, _protocol, given) => {
      events = given
      return opening.promise
    },
    { opened: () => {}, frame: () => {}, ended: (because) => void seen.ended.push(because) },
  )
  const open = async () => {
    opening.resolve(socket)
    await opening.promise
    await Promise.resolve()
  }
  return { link, seen, open, fail: opening.reject, events: () => events ?? assert.fail('no events') }
}
