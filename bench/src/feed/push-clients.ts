/**
 * So many WebSocket clients in a process of their own: `push-clients.js node|bare URL TOKEN CLIENTS EVENTS PID`. Of a
 * node each watches the home of another follower of one author; a bare server tells everybody what anybody sends.
 * Prints how long each event was on its way, from its request to the last client, and what the server `PID` used of
 * the processors for each client that was told.
 */

import { readFileSync } from 'node:fs'
import { noBytes } from '@ron/transport/oap/bytes'
import { encodeFrame, flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { encodeMessage } from '@ron/transport/oap/message'
import { acknowledgement } from '@ron/transport/oap/reply'
import type { Fields } from '@ron/kernel/ports/port'
import { RawWebSocket } from './raw-web-socket.ts'

export interface Pushed {
  readonly clients: number
  readonly ms: readonly number[]
  readonly cpuMicros: number
}

const mailbox = 0x0201
const codes = { follow: 64, post: 66, watchHome: 71 } as const
const author = 'star'
const flagsAt = 6
/** Handshakes and subscriptions under way at one time. */
const atOnce = 64
/** As many bytes as an event of the node has, all in all. */
const bareEvent = Buffer.alloc(190)
const ticksPerSecond = 100

const [kind = '', url = '', token = '', clients = '', events = '', pid = ''] = process.argv.slice(2)
const isNode = kind === 'node'
const cap = Buffer.from(token, 'base64url')

/** Told of the event under way. */
let told = 0
let everybody = () => {}

function requestOf(code: number, fields: Fields): Uint8Array {
  const payload = encodeMessage({ fields, body: noBytes })
  const flags = flag.REQ | flag.START | flag.END
  return encodeFrame({ flags, code, appProtoId: mailbox, tenant: noTenant, corrId: 1n, cap, payload })
}

const acknowledged = encodeFrame(
  acknowledgement({
    flags: 0,
    code: 0,
    appProtoId: mailbox,
    tenant: noTenant,
    corrId: 1n,
    cap: noBytes,
    payload: noBytes,
  } satisfies Frame),
)

async function ask(client: RawWebSocket, code: number, fields: Fields): Promise<void> {
  const answer = new Promise<Buffer>((resolve) => client.onMessage(resolve))
  client.send(requestOf(code, fields))
  const status = (await answer).readUInt16BE(flagsAt + 2)
  if (status !== 200) throw new Error(`operation ${code} was answered with ${status}`)
}

async function subscriber(nth: number): Promise<RawWebSocket> {
  const client = await RawWebSocket.open(url, isNode ? 'oap.1' : null)
  if (isNode) {
    const user = `u${nth}`
    await ask(client, codes.follow, { user, author })
    client.send(requestOf(codes.watchHome, { user }))
  }
  client.onMessage((message) => {
    if (isNode) {
      const flags = message.readUInt16BE(flagsAt)
      if ((flags & flag.EVENT) === 0) throw new Error(`a subscription ended with ${message.readUInt16BE(8)}`)
      if ((flags & flag.ACK_REQ) !== 0) client.send(acknowledged)
    }
    told++
    if (told === Number(clients)) everybody()
  })
  return client
}

/** Seconds of processor time that the server has used. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const subscribers: RawWebSocket[] = []
for (let nth = 0; nth < Number(clients); nth += atOnce) {
  const length = Math.min(atOnce, Number(clients) - nth)
  subscribers.push(...(await Promise.all(Array.from({ length }, (_, at) => subscriber(nth + at)))))
}
const publisher = await RawWebSocket.open(url, isNode ? 'oap.1' : null)
if (!isNode) {
  // The bare server tells the publisher too.
  publisher.onMessage(() => {})
}
// What is asked last is answered when all that was asked before has been taken up.
await new Promise((resolve) => setTimeout(resolve, 500))

const ms: number[] = []
let cpuMicros = 0
for (let nth = 0; nth <= Number(events); nth++) {
  told = 0
  const all = new Promise<void>((resolve) => (everybody = resolve))
  const cpuFrom = cpuSeconds()
  const from = performance.now()
  publisher.send(isNode ? requestOf(codes.post, { author, text: 'hello' }) : bareEvent)
  await all
  // The first warms up what the others find warm.
  if (nth > 0) ms.push(performance.now() - from)
  await new Promise((resolve) => setTimeout(resolve, 100))
  if (nth > 0) cpuMicros += ((cpuSeconds() - cpuFrom) * 1e6) / Number(clients) / Number(events)
}
for (const client of [...subscribers, publisher]) client.close()
process.stdout.write(`${JSON.stringify({ clients: Number(clients), ms, cpuMicros } satisfies Pushed)}\n`)
process.exit()
