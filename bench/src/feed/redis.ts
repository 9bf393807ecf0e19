/**
 * The peer of a fan-out: Redis, asked to put a number in front of so many lists and cut each to 1,000, in one script.
 * Null where it is not installed.
 */

import { once } from 'node:events'
import { connect } from 'node:net'
import { startRedis } from '../rig/peers.ts'
import { respCommand } from '../rig/requests.ts'

const rounds = 9
/** The keys are made in the script, so that nothing but the lists is measured; it holds everybody up meanwhile. */
const script =
  "for i = 1, ARGV[1] do local k = 'u' .. i redis.call('LPUSH', k, ARGV[2]) redis.call('LTRIM', k, 0, 999) end return ARGV[2]"

/** Milliseconds of each fan-out, from the request to its answer. */
export async function redisFanOut(followers: number): Promise<readonly number[] | null> {
  const server = await startRedis()
  if (server === null) return null
  const { host, port } = server
  const socket = connect({ host, port, noDelay: true })
  try {
    await once(socket, 'connect')
    const ms: number[] = []
    for (let nth = 0; nth < rounds; nth++) {
      const from = performance.now()
      socket.write(respCommand('EVAL', script, '0', String(followers), String(nth)))
      const [answer] = (await once(socket, 'data')) as [Buffer]
      if (answer[0] !== 0x24) throw new Error(`redis-server answered ${answer.toString('latin1')}`)
      ms.push(performance.now() - from)
    }
    return ms
  } finally {
    socket.destroy()
    await server.stop()
  }
}
