/** NATS JetStream with memory storage: acknowledged publishes, pull in batches, an acknowledgement for each. */

import { startProgram } from '../rig/peers.ts'
import { payloadBytes, type Contender, type Running } from './contender.ts'
import { pipeline } from './pipeline.ts'
import { Wire } from './wire.ts'

const crlf = Buffer.from('\r\n')
const stream = {
  name: 'S',
  subjects: ['s'],
  storage: 'memory',
  retention: 'workqueue',
  discard: 'new',
  num_replicas: 1,
}
const consumer = {
  stream_name: 'S',
  config: {
    durable_name: 'C',
    ack_policy: 'explicit',
    ack_wait: 3_600_000_000_000,
    max_ack_pending: 1_000_000,
  },
}

export const jetstream: Contender = {
  name: 'NATS JetStream',
  async start() {
    const store = `/tmp/jetstream-bench-${process.pid}`
    const args = (port: number) => ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', store]
    const server = await startProgram('nats-server', args)
    return server === null ? null : drive(await Wire.open(server.port), () => server.stop())
  },
}

async function drive(wire: Wire, stop: () => Promise<void>): Promise<Running> {
  const put = Buffer.from(`PUB s a ${payloadBytes}\r\n${'x'.repeat(payloadBytes)}\r\n`)
  wire.write(Buffer.from('CONNECT {"verbose":false,"pedantic":false}\r\nSUB a 1\r\nSUB m 2\r\nSUB r 3\r\n'))
  await ask(wire, publish('$JS.API.STREAM.CREATE.S', 'r', JSON.stringify(stream)))
  await ask(wire, publish('$JS.API.CONSUMER.DURABLE.CREATE.S.C', 'r', JSON.stringify(consumer)))

  return {
    how: ({ batch, depth }) =>
      `PUB × ${batch} a write, each acknowledged; pull of ${batch}, +ACK of each; ${depth} writes under way`,
    send: (count, { batch, depth }) =>
      wire.until((done) => {
        const puts = Buffer.concat(Array.from({ length: batch }, () => put))
        let replies = 0
        const ended = pipeline(count / batch, depth, () => wire.write(puts), done)
        wire.reader = (bytes) =>
          takeMessages(bytes, () => {
            replies++
            if (replies % batch === 0) ended()
          })
      }),
    async drain(count, { batch, depth }) {
      const next = publish('$JS.API.CONSUMER.MSG.NEXT.S.C', 'm', JSON.stringify({ batch }))
      await wire.until((done) => {
        let acks: string[] = []
        const ended = pipeline(count / batch, depth, () => wire.write(next), done)
        wire.reader = (bytes) =>
          takeMessages(bytes, (reply) => {
            acks.push(`PUB ${reply} 0\r\n\r\n`)
            if (acks.length < batch) return
            wire.write(Buffer.from(acks.join('')))
            acks = []
            ended()
          })
      })
      // An acknowledgement has no answer of its own; the last one, asked about, comes behind all others.
      for (let left = Number.POSITIVE_INFINITY; left > 0;) {
        const info = await ask(wire, publish('$JS.API.CONSUMER.INFO.S.C', 'r', ''))
        const { num_ack_pending: pending }: { num_ack_pending: number } = JSON.parse(info)
        left = pending
      }
    },
    async stop() {
      wire.close()
      await stop()
    },
  }
}

function publish(subject: string, reply: string, text: string): Buffer {
  return Buffer.from(`PUB ${subject} ${reply} ${Buffer.byteLength(text)}\r\n${text}\r\n`)
}

async function ask(wire: Wire, question: Buffer): Promise<string> {
  let answer = ''
  await wire.until((done) => {
    wire.reader = (bytes) =>
      takeMessages(bytes, (_, payload) => {
        answer = payload.toString()
        done()
      })
    wire.write(question)
  })
  if (answer.includes('"error"')) throw new Error(answer)
  return answer
}

/** `MSG subject sid [reply] length`, and lines that matter to nobody here. */
function takeMessages(bytes: Buffer, message: (reply: string, payload: Buffer) => void): number {
  let at = 0
  for (let end = bytes.indexOf(crlf, at); end >= 0; end = bytes.indexOf(crlf, at)) {
    if (bytes[at] !== 0x4d) {
      if (bytes[at] === 0x2d) throw new Error(bytes.toString('latin1', at, end))
      at = end + 2
      continue
    }
    const words = bytes.toString('latin1', at, end).split(' ')
    const from = end + 2
    const to = from + Number(words.at(-1))
    if (to + 2 > bytes.length) break
    at = to + 2
    message(words.length === 5 ? (words[3] ?? '') : '', bytes.subarray(from, to))
  }
  return at
}
