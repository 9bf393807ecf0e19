/**
 * What the node is compared with: programs of Debian and packages of npm that `npm run peers` installs. None of them
 * has to be there; a facet that misses one gets null, and its rows say that the peer is absent.
 */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** Where `npm run peers` installs the packages of npm. */
const packages = new URL('../../peers/node_modules/', import.meta.url).pathname
const postgres = '/usr/lib/postgresql'
const startMsMax = 5_000

export interface Peer {
  readonly host: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

export function hasPackage(name: string): boolean {
  return existsSync(`${packages}${name}/package.json`)
}

/** The path of a program, also where only the system's administrator would look, and of PostgreSQL's own. */
export function findProgram(name: string): string | null {
  const versions = existsSync(postgres)
    ? readdirSync(postgres).map((version) => `${postgres}/${version}/bin`)
    : []
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', ...versions]
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path)) ?? null
}

/** A Python that has this module: the one that is first found, or the system's, which has Debian's modules. */
export function findPython(module: string): string | null {
  const has = (python: string) =>
    spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
  return ['python3', '/usr/bin/python3'].find(has) ?? null
}

/** A server on a port of its own on loopback, once it takes connections; null when it is not installed. */
export async function startProgram(
  name: string,
  args: (port: number) => readonly string[],
): Promise<Peer | null> {
  const path = findProgram(name)
  if (path === null) return null
  const port = await freePort()
  const child = spawn(path, args(port), { stdio: 'ignore', cwd: tmpdir() })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  const untilMs = performance.now() + startMsMax
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it listened`)
    if (performance.now() > untilMs) {
      await stop()
      throw new Error(`${name} does not listen after ${startMsMax} ms`)
    }
    await pause(20)
  }
  if (child.pid === undefined) throw new Error(`${name} has no process`)
  return { host: '127.0.0.1', port, pid: child.pid, stop }
}

/** Redis that keeps everything in memory, as a micronode does. */
export function startRedis(): Promise<Peer | null> {
  return startProgram('redis-server', (port) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no'],
    ...['--save', '', '--appendonly', 'no'],
  ])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
