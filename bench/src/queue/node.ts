/** This node, asked over OAP on one WebSocket: packed letters, deliveries and ids, many requests under way. */

import { once } from 'node:events'
import { request } from 'node:http'
import type { Operation } from '@ron/kernel/contract/contract'
import { ulidBytes } from '@ron/kernel/contract/packed/ulid'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { joinRows, rowHeadBytes } from '@ron/kernel/contract/packed/rows'
import type { Fields } from '@ron/kernel/ports/port'
import { mailbox } from '@ron/services/mailbox/contract'
import { decodeFields, encodeFields } from '@ron/transport/oap/cbor'
import { headerBytes } from '@ron/transport/oap/frame'
import { startNode, type Server } from '../child.ts'
import { payloadBytes, type Contender, type Running } from './contender.ts'
import { pipeline } from './pipeline.ts'
import { Wire } from './wire.ts'

const keyDigits = 12
const { sendPacked, recvPacked, ackPacked } = mailbox.operations
const codes = {
  send: codeOf(sendPacked),
  receive: codeOf(recvPacked),
  ack: codeOf(ackPacked),
}
/** The first byte of a WebSocket message in one piece. */
const binary = 0x82

/** More than are sent in that second, however few a round has. */
const dedupeMin = 2 ** 20

/**
 * A second is enough for a client that asks again; the table of recent sends would hold millions otherwise. And
 * what else runs on the machine shall not make a busy service look like a hung one.
 */
function nodeSettings(messages: number): string[] {
  return [
    'bytes_max=2GiB',
    'journal_bytes_max=4GiB',
    'dedupe=1s',
    `dedupe_max=${Math.max(dedupeMin, 4 * messages)}`,
    `depth_max=${messages}`,
    `inflight_max=${messages}`,
    'visibility=1h',
  ]
    .map((setting) => `mailbox.${setting}`)
    .concat('supervision.hang_after=10s')
}

export function thisNode(messages: number): Contender {
  return {
    name: 'this node',
    async start() {
      const server = await startNode(nodeSettings(messages))
      return drive(server, await openOap(server))
    },
  }
}

function drive(server: Server, wire: Wire): Running {
  let keys = 0
  const letter = encodeLetter({
    idem_key: '0'.repeat(keyDigits),
    attrs: {},
    payload: new Uint8Array(payloadBytes).fill(0x78),
  })

  return {
    how: ({ batch, depth }) =>
      `sendPacked of ${batch}; recvPacked of ${batch}, ackPacked of as many; ${depth} requests under way`,
    send: (count, { batch, depth }) =>
      wire.until((done) => {
        const letters = joinRows(Array.from({ length: batch }, () => letter))
        const sends = Buffer.from(framed(codes.send, { topic: 'q' }, letters))
        const lettersAt = sends.length - letters.length
        const begin = () => {
          const bytes = Buffer.from(sends)
          for (let n = 0; n < batch; n++) {
            const at = lettersAt + n * (rowHeadBytes + letter.length) + rowHeadBytes + 1
            bytes.write(String(keys++).padStart(keyDigits, '0'), at, 'latin1')
          }
          wire.write(withNewId(bytes))
        }
        const ended = pipeline(count / batch, depth, begin, done)
        wire.reader = (bytes) =>
          takeAnswers(bytes, (fields) => {
            if (fields['kept'] !== batch || fields['duplicates'] !== 0)
              throw new Error(`a send was answered ${JSON.stringify(fields)}`)
            ended()
          })
      }),
    drain: (count, { batch, depth }) =>
      wire.until((done) => {
        const most = { max_messages: batch, max_bytes: batch * payloadBytes }
        const receive = framed(codes.receive, { topic: 'q', ...most }, new Uint8Array(0))
        const ended = pipeline(count / batch, depth, () => wire.write(withNewId(Buffer.from(receive))), done)
        wire.reader = (bytes) =>
          takeAnswers(bytes, (fields, body) => {
            if (fields['done'] === batch) return ended()
            const { count: got, lease } = fields
            if (got !== batch || typeof lease !== 'string')
              throw new Error(`${JSON.stringify(fields)} instead of ${batch} messages or acknowledgements`)
            wire.write(framed(codes.ack, { lease }, idsIn(body, batch)))
          })
      }),
    async stop() {
      wire.close()
      await server.stop()
    },
  }
}

function codeOf({ door }: Operation): number {
  if (door === null) throw new Error('nobody outside may ask this')
  return door.code
}

/** The first 16 bytes of each delivery. */
function idsIn(body: Buffer, batch: number): Uint8Array {
  const ids = new Uint8Array(batch * ulidBytes)
  for (let at = 0, n = 0; at < body.length; n++) {
    ids.set(body.subarray(at + rowHeadBytes, at + rowHeadBytes + ulidBytes), n * ulidBytes)
    at += rowHeadBytes + body.readUInt32BE(at)
  }
  return ids
}

/** One request in one OAP frame in one message of a WebSocket, whose mask of zeros changes nothing. */
function framed(code: number, fields: Fields, body: Uint8Array): Buffer {
  const meta = encodeFields(fields)
  const length = headerBytes + 2 + meta.length + body.length
  const bytes = Buffer.alloc(14 + length)
  bytes.set([binary, 0x80 | 127])
  bytes.writeBigUInt64BE(BigInt(length), 2)
  bytes.writeUInt32BE(length, 14)
  bytes.writeUInt16BE(1, 18)
  bytes.writeUInt16BE(1, 20)
  bytes.writeUInt16BE(code, 22)
  bytes.writeUInt16BE(mailbox.oap, 24)
  bytes.writeUInt16BE(meta.length, 52)
  bytes.set(meta, 54)
  bytes.set(body, 54 + meta.length)
  return withNewId(bytes)
}

let nextId = 1

/** A node takes no id again while its request is under way. */
function withNewId(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(nextId++, 48)
  return bytes
}

/** Whole WebSocket messages, each of them one answer in one frame. */
function takeAnswers(bytes: Buffer, answer: (fields: Fields, body: Buffer) => void): number {
  let taken = 0
  for (;;) {
    const short = bytes[taken + 1] ?? 0
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    if (taken + head > bytes.length) return taken
    const length =
      short === 127
        ? Number(bytes.readBigUInt64BE(taken + 2))
        : short === 126
          ? bytes.readUInt16BE(taken + 2)
          : short
    const from = taken + head
    if (from + length > bytes.length) return taken
    taken = from + length
    const frame = bytes.subarray(from, taken)
    if (bytes[from - head] !== binary) throw new Error(`the node closed: ${frame.toString('utf8', 2)}`)
    const metaEnd = headerBytes + 2 + frame.readUInt16BE(headerBytes)
    const fields = decodeFields(frame.subarray(headerBytes + 2, metaEnd))
    if (frame.readUInt16BE(8) !== 200) throw new Error(`the node answered ${JSON.stringify(fields)}`)
    answer(fields, frame.subarray(metaEnd))
  }
}

/** The WebSocket, with the token in its head. */
async function openOap({ url, token }: Server): Promise<Wire> {
  const upgrade = request(`${url}/oap`, {
    headers: {
      authorization: `Bearer ${token}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
      'sec-websocket-protocol': 'oap.1',
    },
  })
  upgrade.end()
  const [, socket] = await once(upgrade, 'upgrade')
  return Wire.over(socket)
}
