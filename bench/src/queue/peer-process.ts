/** Servers of others, started on a free port and stopped again. */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Wire } from './wire.ts'

interface PeerProcess {
  readonly port: number
  stop(): Promise<void>
}

const readyMs = 5_000
const lookMs = 20

/** Null when there is no such program. */
export async function startPeer(
  program: string,
  args: (port: number) => readonly string[],
): Promise<PeerProcess | null> {
  if (spawnSync('which', [program]).status !== 0) return null
  const port = await freePort()
  const child = spawn(program, args(port), { stdio: 'ignore' })
  await listening(port)
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function listening(port: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < readyMs; waitedMs += lookMs) {
    try {
      const wire = await Wire.open(port)
      return wire.close()
    } catch {
      await pause(lookMs)
    }
  }
  throw new Error(`nothing listens on port ${port} after ${readyMs} ms`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port was given out')
  return address.port
}
