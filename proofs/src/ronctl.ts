/** The operator's command, as a person runs it. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

export const ronctlPath = fileURLToPath(new URL('../../admin/dist/ronctl.js', import.meta.url))

export interface RonctlRan {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Who asks which node, and what comes on standard input; a node process is one. */
interface Asking {
  readonly admin?: string
  readonly token?: string
  readonly input?: string
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>
}

export async function ronctl(
  args: readonly string[],
  { admin, token, input = '', env = {} }: Asking = {},
): Promise<RonctlRan> {
  const child = spawn(process.execPath, [ronctlPath, ...args], {
    env: { PATH: process.env['PATH'], RON_ADMIN: admin, RON_CAP: token, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code: Number(code) }
}

/** One that goes on until it is interrupted. */
export interface RonctlRunning {
  /** What it printed so far. */
  readonly printed: () => string
  /** Resolves when it has ended by itself. */
  ended(): Promise<RonctlRan>
  /** Ctrl-C; resolves when it has ended. */
  interrupt(): Promise<RonctlRan>
}

export function startRonctl(args: readonly string[], { admin, token, env = {} }: Asking = {}): RonctlRunning {
  const child = spawn(process.execPath, [ronctlPath, ...args], {
    env: { PATH: process.env['PATH'], RON_ADMIN: admin, RON_CAP: token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  const closed = once(child, 'close')
  const left = async () => {
    const [code] = await closed
    return { stdout, stderr, code: Number(code) }
  }
  return {
    printed: () => stdout + stderr,
    async ended() {
      await eventually('ronctl to end by itself', async () => child.exitCode !== null)
      return left()
    },
    interrupt() {
      child.kill('SIGINT')
      return left()
    },
  }
}
