/**
 * WebSocket against the rules of RFC 6455: each case is a section of the Autobahn test suite or of the RFC. What breaks the
 * protocol ends its own connection, with a close code that says so or with none, and the request behind it is not run.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handshakeText, RawClient } from '@ron/transport/listener/raw-client.fixture'
import { besides, besieged, drivers, tellMissing } from './besieged.ts'
import { asker } from './http.ts'
import type { NodeProcess } from './node-process.ts'
import { request } from './oap-socket.ts'
import { socketFrame } from './socket-frames.ts'

const [continuation, text, binary, close, ping, pong] = [0, 1, 2, 8, 9, 10]
/** RFC 6455 §7.4.1: a protocol error, what is not as agreed, too large. */
const broken = new Set([1002, 1007, 1009])

const utf8 = (...bytes: readonly number[]) => Buffer.from(bytes)
const closing = (code: number, reason: Uint8Array = Buffer.alloc(0)) => {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return socketFrame(close, Buffer.concat([payload, reason]))
}

/** What ends a connection, by the numbering of Autobahn where it has the case. */
const abuse: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['2.5 a ping of 126 bytes', socketFrame(ping, Buffer.alloc(126))],
  ['2.x a pong of 126 bytes', socketFrame(pong, Buffer.alloc(126))],
  ...[1, 2, 3, 4, 5, 6, 7].map(
    (rsv) => [`3.${rsv} reserved bits ${rsv}`, socketFrame(binary, Buffer.alloc(4), { rsv })] as const,
  ),
  ...[3, 4, 5, 6, 7].map((op) => [`4.1 reserved opcode ${op}`, socketFrame(op, Buffer.alloc(0))] as const),
  ...[11, 12, 13, 14, 15].map(
    (op) => [`4.2 reserved opcode ${op}`, socketFrame(op, Buffer.alloc(0))] as const,
  ),
  ['5.1 a ping in parts', socketFrame(ping, Buffer.alloc(1), { fin: false })],
  ['5.2 a pong in parts', socketFrame(pong, Buffer.alloc(1), { fin: false })],
  ['5.9 a continuation of nothing', socketFrame(continuation, Buffer.alloc(4))],
  ['5.10 the last part of nothing', socketFrame(continuation, Buffer.alloc(4), { fin: false })],
  [
    '5.18 a message inside of another',
    Buffer.concat([
      socketFrame(binary, Buffer.alloc(1), { fin: false }),
      socketFrame(binary, Buffer.alloc(1)),
    ]),
  ],
  ['5.x a close in parts', socketFrame(close, Buffer.alloc(0), { fin: false })],
  ['6.3 text that is no UTF-8', socketFrame(text, utf8(0xce, 0xba, 0xed, 0xa0, 0x80))],
  [
    '6.4 text that is no UTF-8, in parts',
    Buffer.concat([
      socketFrame(text, utf8(0xce, 0xba), { fin: false }),
      socketFrame(continuation, utf8(0xf4, 0x90, 0x80, 0x80)),
    ]),
  ],
  ['6.x text at all', socketFrame(text, Buffer.from('hello'))],
  ['7.3.2 a close of one byte', socketFrame(close, Buffer.alloc(1))],
  ['7.3.6 a close of 126 bytes', socketFrame(close, Buffer.alloc(126))],
  ['7.5.1 a close whose reason is no UTF-8', closing(1000, utf8(0xce, 0xba, 0xed, 0xa0, 0x80))],
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999].map(
    (code) => [`7.9 a close with the code ${code}`, closing(code)] as const,
  ),
  ['RFC 6455 §5.1 a frame without a mask', socketFrame(binary, Buffer.alloc(4), { masked: false })],
  ['RFC 6455 §5.2 a length of 2⁶³', socketFrame(binary, Buffer.alloc(0), { length: 2n ** 63n })],
  ['9.x a message of four gigabytes', socketFrame(binary, Buffer.alloc(0), { length: 2n ** 32n })],
  ['9.x a message past the limit in parts', pastTheLimit()],
]

/** What the protocol allows, however odd. */
const sound: readonly (readonly [name: string, bytes: (whole: Buffer) => Buffer])[] = [
  ['1.2 a message', (whole) => socketFrame(binary, whole)],
  ['5.3 a message in parts', (whole) => parts(whole, [])],
  ['5.6 a message with a ping inside', (whole) => parts(whole, [socketFrame(ping, Buffer.from('?'))])],
  [
    '2.7 a pong nobody asked for',
    (whole) => Buffer.concat([socketFrame(pong, Buffer.alloc(0)), socketFrame(binary, whole)]),
  ],
  [
    '5.x empty parts',
    (whole) =>
      parts(
        whole,
        Array.from({ length: 100 }, () => socketFrame(continuation, Buffer.alloc(0), { fin: false })),
      ),
  ],
]

function parts(whole: Buffer, between: readonly Buffer[]): Buffer {
  const half = Math.floor(whole.length / 2)
  return Buffer.concat([
    socketFrame(binary, whole.subarray(0, half), { fin: false }),
    ...between,
    socketFrame(continuation, whole.subarray(half)),
  ])
}

function pastTheLimit(): Buffer {
  const piece = Buffer.alloc(300_000)
  const more = Array.from({ length: 4 }, () => socketFrame(continuation, piece, { fin: false }))
  return Buffer.concat([socketFrame(binary, piece, { fin: false }), ...more])
}

async function opened({ port, token }: NodeProcess): Promise<RawClient> {
  const client = await RawClient.open(port)
  client.send(handshakeText('/oap', `Authorization: Bearer ${token}\r\n`))
  assert.equal((await client.answer()).status, 101)
  return client
}

/** The close code it was told, null for none; anything but a close or a pong is an answer, which there must not be. */
async function closedWith(client: RawClient, name: string): Promise<number | null> {
  await client.ended()
  while (client.length > 0) {
    const { opcode, payload } = await client.frame()
    if (opcode === close) return payload.length < 2 ? null : payload.readUInt16BE(0)
    assert.equal(opcode, pong, `${name}: an answer of ${payload.length} bytes`)
  }
  return null
}

for (const driver of drivers) {
  test(`what breaks the protocol ends its connection and runs nothing, on ${driver}`, async () => {
    const node = await besieged(driver)
    const ask = asker(node)
    const put = { protocol: 0x0101, code: 2, corrId: 1, fields: { name: 'smuggled' }, body: Buffer.from('x') }
    await besides(node, () =>
      Promise.all(
        abuse.map(async ([name, bytes]) => {
          const client = await opened(node)
          client.send(bytes).send(socketFrame(binary, request(put)))
          const code = await closedWith(client, name)
          assert.ok(code === null || broken.has(code), `${name}: closed with ${code}`)
        }),
      ),
    )
    assert.equal((await ask('GET /objects/smuggled')).status, 404)
  })

  test(`what the protocol allows is answered, and a close is confirmed with its code, on ${driver}`, async () => {
    const node = await besieged(driver)
    await besides(node, async () => {
      for (const [name, bytes] of sound) {
        const client = await opened(node)
        client.send(bytes(request({ protocol: 0x0101, code: 4, corrId: 1 })))
        let answer = await client.frame()
        if (answer.opcode === pong) answer = await client.frame()
        assert.equal(answer.payload.readUInt16BE(8), 200, name)
        client.destroy()
      }
      for (const payload of [Buffer.alloc(0), Buffer.alloc(125, 'p')]) {
        const client = await opened(node)
        assert.deepEqual(await client.send(socketFrame(ping, payload)).frame(), { opcode: pong, payload })
        client.destroy()
      }
      for (const code of [1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999]) {
        const client = await opened(node)
        const confirmed = await closedWith(client.send(closing(code)), `close ${code}`)
        // uWebSockets.js confirms codes of applications without repeating them.
        assert.ok(confirmed === code || (code >= 3000 && confirmed === null), `${code}: ${confirmed}`)
      }
    })
  })
}

tellMissing()
