/** beanstalkd without a log: put, reserve and delete, many commands in one write. */

import { startProgram } from '../rig/peers.ts'
import { payloadBytes, type Contender, type Running } from './contender.ts'
import { pipeline } from './pipeline.ts'
import { Wire } from './wire.ts'

const crlf = Buffer.from('\r\n')

export const beanstalkd: Contender = {
  name: 'beanstalkd',
  async start() {
    const server = await startProgram('beanstalkd', (port) => ['-l', '127.0.0.1', '-p', `${port}`])
    return server === null ? null : drive(await Wire.open(server.port), () => server.stop())
  },
}

function drive(wire: Wire, stop: () => Promise<void>): Running {
  const put = Buffer.from(`put 0 0 3600 ${payloadBytes}\r\n${'x'.repeat(payloadBytes)}\r\n`)

  return {
    how: ({ batch, depth }) =>
      `put × ${batch} a write; reserve × ${batch}, delete × ${batch}; ${depth} writes under way`,
    send: (count, { batch, depth }) =>
      wire.until((done) => {
        const puts = Buffer.concat(Array.from({ length: batch }, () => put))
        let replies = 0
        const ended = pipeline(count / batch, depth, () => wire.write(puts), done)
        wire.reader = (bytes) => {
          let taken = 0
          for (let end = bytes.indexOf(crlf); end >= 0; end = bytes.indexOf(crlf, taken)) {
            taken = end + 2
            replies++
            if (replies % batch === 0) ended()
          }
          return taken
        }
      }),
    drain: (count, { batch, depth }) =>
      wire.until((done) => {
        const reserves = Buffer.from('reserve\r\n'.repeat(batch))
        let reserved: string[] = []
        let deleted = 0
        const ended = pipeline(count / batch, depth, () => wire.write(reserves), done)
        wire.reader = (bytes) => {
          let taken = 0
          for (let end = bytes.indexOf(crlf); end >= 0; end = bytes.indexOf(crlf, taken)) {
            const line = bytes.toString('latin1', taken, end)
            if (line === 'DELETED') {
              taken = end + 2
              deleted++
              if (deleted % batch === 0) ended()
              continue
            }
            const [word, id = '', length] = line.split(' ')
            if (word !== 'RESERVED') throw new Error(`beanstalkd answered ${line}`)
            const next = end + 2 + Number(length) + 2
            if (next > bytes.length) break
            taken = next
            reserved.push(`delete ${id}\r\n`)
            if (reserved.length < batch) continue
            wire.write(Buffer.from(reserved.join('')))
            reserved = []
          }
          return taken
        }
      }),
    async stop() {
      wire.close()
      await stop()
    },
  }
}
