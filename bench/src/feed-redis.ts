/**
 * The peer of a fan-out: `redis-server`, asked to put a number in front of so many lists and cut each to 1,000, in one
 * script. Null where it is not installed.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const program = 'redis-server'
const port = 7_391
const rounds = 9
/** The keys are made in the script, so that nothing but the lists is measured; it holds everybody up meanwhile. */
const script =
  "for i = 1, ARGV[1] do local k = 'u' .. i redis.call('LPUSH', k, ARGV[2]) redis.call('LTRIM', k, 0, 999) end return ARGV[2]"

/** Milliseconds of each fan-out, from the request to its answer. */
export async function redisFanOut(followers: number): Promise<readonly number[] | null> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn(program, args, { stdio: 'ignore' })
  const absent = new Promise<null>((resolve) => server.once('error', () => resolve(null)))
  const socket = await Promise.race([absent, connected()])
  if (socket === null) return null
  try {
    const ms: number[] = []
    for (let nth = 0; nth < rounds; nth++) {
      const from = performance.now()
      socket.write(command(['EVAL', script, '0', String(followers), String(nth)]))
      const [answer] = (await once(socket, 'data')) as [Buffer]
      if (answer[0] !== 0x24) throw new Error(`redis-server answered ${answer.toString('latin1')}`)
      ms.push(performance.now() - from)
    }
    return ms
  } finally {
    socket.destroy()
    server.kill()
    await once(server, 'exit')
  }
}

function command(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

/** Tries until the server listens. */
async function connected(): Promise<Socket> {
  for (let left = 100; ; left--) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    try {
      await once(socket, 'connect')
      return socket
    } catch (cause) {
      if (left === 0) throw cause
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
