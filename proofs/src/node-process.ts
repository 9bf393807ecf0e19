/**
 * A whole node as its operator starts it: a child process on free ports, known only by what it prints, what
 * it answers and how it ends. It never outlives the test file that started it.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { after } from 'node:test'
import { inTime } from './eventually.ts'

export interface NodeOptions {
  readonly profile?: 'micro' | 'macro'
  readonly args?: readonly string[]
  /** As it speaks to a person, without `--json`. */
  readonly banner?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** The folder to start it in. */
  readonly cwd?: string
  /** Another build than the one at hand. */
  readonly program?: string
  /** A program to start it through, such as `strace`, with its arguments. */
  readonly through?: readonly string[]
}

export interface NodeProcess {
  readonly url: string
  readonly admin: string
  readonly port: number
  readonly adminPort: number
  /** The token it printed. */
  readonly token: string
  /** Everything printed so far, both streams. */
  readonly output: () => string
  signal(signal: NodeJS.Signals): void
  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals>
}

export interface CommandResult {
  readonly exitCode: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

type Ready = Pick<NodeProcess, 'url' | 'admin' | 'token'>

export const program = fileURLToPath(import.meta.resolve('@ron/kernel/main'))

// A test file that is told to end ends its nodes with it, and takes its scratch files along.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

/** Starts a node and resolves once it says that it is ready. Rejects with what it printed when it ends before. */
export async function startNode(options: NodeOptions = {}): Promise<NodeProcess> {
  const {
    profile = 'micro',
    args = [],
    banner = false,
    env = {},
    cwd = process.cwd(),
    through = [],
    program: build = program,
  } = options
  const speech = banner ? [] : ['--json']
  const [command = '', ...rest] = [
    ...through,
    process.execPath,
    build,
    '--profile',
    profile,
    ...speech,
    ...args,
  ]
  const child = spawn(command, rest, {
    cwd,
    env: { ...plainEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
    process.off('exit', kill)
    return code ?? signal ?? 'SIGKILL'
  })
  after(async () => {
    kill()
    await ended
  })

  let printed = ''
  const ready = await inTime(
    'the node to be ready',
    new Promise<Ready>((resolve, reject) => {
      const listen = (piece: Buffer) => {
        printed += piece.toString()
        const ready = banner ? readBanner(printed) : readLine(printed)
        if (ready !== null) resolve(ready)
      }
      child.stdout.on('data', listen)
      child.stderr.on('data', listen)
      child.once('error', reject)
      void ended.then((how) =>
        reject(new Error(`the node ended with ${how} before it was ready\n${printed}`)),
      )
    }),
  )
  return {
    ...ready,
    port: Number(new URL(ready.url).port),
    adminPort: Number(new URL(ready.admin).port),
    output: () => printed,
    signal: (signal) => child.kill(signal),
    ended: () => inTime('the node to end', ended),
  }
}

/** Longer than any command takes; a node that starts where a refusal was due must not hold up the tests. */
const commandBoundMs = 60_000

/** Runs one of the commands that end by themselves; one that does not is ended, and its exit code is a signal. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...plainEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: commandBoundMs,
    killSignal: 'SIGKILL',
  })
  const [stdout, stderr, [code, signal]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'close'),
  ])
  return {
    exitCode: code ?? signal ?? 'SIGKILL',
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  }
}

function readLine(printed: string): Ready | null {
  const [line] = /^\{"event":"ready".*\}$/m.exec(printed) ?? []
  return line === undefined ? null : JSON.parse(line)
}

function readBanner(printed: string): Ready | null {
  const after = (label: string) => new RegExp(`^  ${label} +(\\S+)$`, 'm').exec(printed)?.[1]
  const [url, admin, token] = ['url', 'admin', 'token'].map(after)
  if (url === undefined || admin === undefined || token === undefined) return null
  return /Ctrl-C/.test(printed) ? { url, admin, token } : null
}

/** The environment without anything that would configure a node. */
function plainEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(MICRO|MACRO|RON)_/.test(name)))
}
