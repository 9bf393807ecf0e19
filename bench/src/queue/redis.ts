/** Redis Streams without persistence: XADD, XREADGROUP and XACK, many commands in one write. */

import { startRedis } from '../rig/peers.ts'
import { payloadBytes, type Contender, type Running } from './contender.ts'
import { pipeline } from './pipeline.ts'
import { Wire } from './wire.ts'

const crlf = Buffer.from('\r\n')
const bulk = 0x24

export const redis: Contender = {
  name: 'Redis Streams',
  async start() {
    const server = await startRedis()
    return server === null ? null : drive(await Wire.open(server.port), () => server.stop())
  },
}

async function drive(wire: Wire, stop: () => Promise<void>): Promise<Running> {
  const payload = Buffer.alloc(payloadBytes, 'x')
  const add = command('XADD', 's', '*', 'p', payload)
  await wire.until((done) => {
    wire.reader = (bytes) => (bytes.includes(crlf) ? (done(), bytes.length) : 0)
    wire.write(command('XGROUP', 'CREATE', 's', 'g', '0', 'MKSTREAM'))
  })

  return {
    how: ({ batch, depth }) =>
      `XADD × ${batch} a write; XREADGROUP COUNT ${batch}, XACK of as many ids; ${depth} writes under way`,
    send: (count, { batch, depth }) =>
      wire.until((done) => {
        const adds = Buffer.concat(Array.from({ length: batch }, () => add))
        let replies = 0
        const ended = pipeline(count / batch, depth, () => wire.write(adds), done)
        // Each reply is one id, a bulk string; the sign that begins one is in no id.
        wire.reader = (bytes) => {
          for (let at = bytes.indexOf(bulk); at >= 0; at = bytes.indexOf(bulk, at + 1)) {
            replies++
            if (replies % batch === 0) ended()
          }
          return bytes.length
        }
      }),
    drain: (count, { batch, depth }) =>
      wire.until((done) => {
        const read = command('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', `${batch}`, 'STREAMS', 's', '>')
        const ended = pipeline(count / batch, depth, () => wire.write(read), done)
        wire.reader = (bytes) =>
          takeReplies(bytes, (ids) => wire.write(command('XACK', 's', 'g', ...ids)), ended)
      }),
    async stop() {
      wire.close()
      await stop()
    },
  }
}

function command(...parts: readonly (string | Buffer)[]): Buffer {
  const bytes = parts.flatMap((part) => [
    Buffer.from(`$${Buffer.byteLength(part)}\r\n`),
    Buffer.from(part),
    crlf,
  ])
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...bytes])
}

/** Replies to XREADGROUP, whose ids are to be acknowledged, and integers, which are replies to XACK. */
function takeReplies(bytes: Buffer, read: (ids: string[]) => void, acked: () => void): number {
  let at = 0
  for (;;) {
    if (bytes[at] === 0x3a) {
      const end = bytes.indexOf(crlf, at)
      if (end < 0) return at
      at = end + 2
      acked()
      continue
    }
    const reply = readEntries(bytes, at)
    if (reply === null) return at
    at = reply.end
    read(reply.ids)
  }
}

/**
 * `*1 *2 $1 s *N`, then N times `*2 $len id *2 $1 p $1024 payload`. Null when it is not there in whole.
 */
function readEntries(bytes: Buffer, from: number): { readonly ids: string[]; readonly end: number } | null {
  const scan = { at: from }
  const line = () => {
    const end = bytes.indexOf(crlf, scan.at)
    if (end < 0) return null
    const text = bytes.toString('latin1', scan.at, end)
    scan.at = end + 2
    return text
  }
  for (let head = 0; head < 4; head++) if (line() === null) return null
  const count = Number(line()?.slice(1) ?? Number.NaN)
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    if (line() === null || line() === null) return null
    const id = line()
    for (let head = 0; head < 3; head++) if (line() === null) return null
    const length = Number(line()?.slice(1) ?? Number.NaN)
    if (id === null || !(scan.at + length + 2 <= bytes.length)) return null
    scan.at += length + 2
    ids.push(id)
  }
  return Number.isNaN(count) ? null : { ids, end: scan.at }
}
