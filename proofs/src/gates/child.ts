/** A run of a program that ends, whatever the program does: by itself, or at its bound with all that it started. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Ended {
  /** Null when it was ended by a signal. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly late: boolean
  /** The last of both streams. */
  readonly output: string
  readonly seconds: number
}

/** More than any proof prints; of a program that prints without end the last is kept. */
const outputBytesMax = 4 * 1024 * 1024

/** Runs `node` with these arguments in a folder. */
export async function runBounded(args: readonly string[], cwd: string, boundSeconds: number): Promise<Ended> {
  const from = performance.now()
  // With that of a run of tests around it, one below would report to it in another form.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (output = (output + piece.toString()).slice(-outputBytesMax)))
  }
  // Its children are of its group, and go with it.
  const kill = () => child.pid !== undefined && killGroup(child.pid)
  process.once('exit', kill)
  let late = false
  const bound = setTimeout(
    () => {
      late = true
      kill()
    },
    Math.min(boundSeconds * 1_000, 2 ** 31 - 1),
  )
  const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, 'exit').then(
    ([code, signal]) => [code, signal],
  )
  clearTimeout(bound)
  kill()
  process.off('exit', kill)
  return { code, signal, late, output, seconds: (performance.now() - from) / 1_000 }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of it is left.
    return
  }
}
