/** Servers as processes of their own, so that one under load shares nothing with what measures it. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { confined, type Processors } from './rig/confined.ts'
import { hasPackage } from './rig/peers.ts'

export interface Server {
  readonly url: string
  readonly admin: string
  readonly token: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

const nodeMain = new URL('../../kernel/dist/main.js', import.meta.url).pathname
const hopMain = new URL('./hop-server.js', import.meta.url).pathname
const bareMain = new URL('./bare-server.js', import.meta.url).pathname
const fastifyMain = new URL('./rig/fastify-server.js', import.meta.url).pathname
const pushBareMain = new URL('./feed/push-bare.js', import.meta.url).pathname

export type Profile = 'micro' | 'macro'

/** A node with default settings but for these, `key=value`, on these processors, once it is ready. */
export function startNode(
  settings: readonly string[] = [],
  processors: Processors = null,
  profile: Profile = 'micro',
): Promise<Server> {
  const sets = ['log.level=warn', ...settings].flatMap((setting) => ['--set', setting])
  return start([nodeMain, '--profile', profile, '--json', ...sets], processors)
}

/** A uWebSockets.js server that does nothing but return or take bytes. */
export function startBare(): Promise<Server> {
  return start([bareMain])
}

/** A Fastify server that returns bytes; null when it is not installed. */
export async function startFastify(): Promise<Server | null> {
  return hasPackage('fastify') ? start([fastifyMain]) : null
}

/** A uWebSockets.js server that tells whoever is connected what anybody sends. */
export function startPushBare(): Promise<Server> {
  return start([pushBareMain])
}

/** A uWebSockets.js server that answers by itself or through a service in a thread. */
export function startHop(): Promise<Server> {
  return start([hopMain])
}

/** Resident memory of a process in bytes. */
export function residentBytes({ process: { pid } }: Server): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kibibytes) * 1024
}

async function start(args: readonly string[], processors: Processors = null): Promise<Server> {
  const [program = process.execPath, ...rest] = confined([process.execPath, ...args], processors)
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = await readyLine(child)
  return {
    ...ready,
    process: child,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function readyLine(child: ChildProcess): Promise<{ url: string; admin: string; token: string }> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    const line = text.split('\n').find((each) => each.includes('"event":"ready"') && each.endsWith('}'))
    if (line === undefined) continue
    // What the server says from here on is not read, and must not fill its pipe.
    child.stdout?.resume()
    return JSON.parse(line)
  }
  throw new Error(`a server ended before it was ready:\n${text}`)
}
