/** A node under a trace of its system calls, in a folder of its own, held before its exit until it is let go. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { eventually, inTime } from '../eventually.ts'
import { stracing } from '../strace.ts'
import type { Target } from './load.ts'

export interface TracedNode extends Target {
  readonly pid: number
  readonly output: () => string
  signal(signal: NodeJS.Signals): void
  /** Resolves once it stands still before its exit. */
  held(): Promise<void>
  /** Ends the tracer, so that it exits. */
  letGo(): void
  ended(): Promise<number | NodeJS.Signals>
}

export interface TracedOptions {
  /** What is run: `main.js` of a build. */
  readonly program: string
  readonly args: readonly string[]
  /** Its home, its folder for temporary files and where it is started. */
  readonly home: string
  /** Where the record goes. */
  readonly traces: string
}

/** `exit_group` on x86-64 and on arm64. */
const exitCalls = new Set(['231', '94'])

/** Starts one without core dumps, and resolves once it is ready. */
export async function startTraced({ program, args, home, traces }: TracedOptions): Promise<TracedNode> {
  const command = [
    ...stracing(traces, true),
    process.execPath,
    program,
    '--profile',
    'micro',
    '--json',
    ...args,
  ]
  const child = spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', ...command], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: home,
      XDG_CACHE_HOME: home,
      XDG_STATE_HOME: home,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
    process.off('exit', kill)
    return code ?? signal ?? 'SIGKILL'
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => (printed += piece.toString()))
  const early = ended.then((how) => {
    throw new Error(`the node ended with ${how} before it was ready\n${printed}`)
  })
  early.catch(() => undefined)
  const ready = await inTime(
    'the node to be ready',
    Promise.race([early, eventually('the ready line', async () => readyLine(printed))]),
  )
  if (pid === undefined) throw new Error('the node has no process id')
  return {
    ...ready,
    pid,
    output: () => printed,
    signal: (signal) => child.kill(signal),
    held: async () => {
      const still = async () =>
        exitCalls.has(readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')[0] ?? '')
      await eventually('the node to stand before its exit', still)
    },
    letGo: () => process.kill(tracerOf(pid), 'SIGTERM'),
    ended: () => inTime('the node to end', ended),
  }
}

function readyLine(printed: string): Target | null {
  const [line] = /^\{"event":"ready".*\}$/m.exec(printed) ?? []
  return line === undefined ? null : JSON.parse(line)
}

function tracerOf(pid: number): number {
  return Number(/^TracerPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}
