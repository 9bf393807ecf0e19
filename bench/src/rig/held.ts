/** Connections that are held open beside a measurement (`holder.ts`), and whether this machine lets so many be. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { confined, type Processors } from './confined.ts'
import type { Holding, State } from './holder.ts'

export interface Held {
  state(): Promise<State>
  end(): void
}

const holderMain = new URL('./holder.js', import.meta.url)
/** Files that a process has open besides. */
const besides = 500

/** Resolves when all are open that will be. */
export async function held(holding: Holding, processors: Processors): Promise<Held> {
  const [execPath = process.execPath, ...execArgv] = confined([process.execPath], processors)
  const child = fork(holderMain, { serialization: 'advanced', execPath, execArgv })
  const told = async (message: Holding | 'state'): Promise<State> => {
    const answer = once(child, 'message')
    child.send(message)
    const [state]: State[] = await answer
    if (state === undefined) throw new Error('the holder of connections said nothing')
    return state
  }
  await told(holding)
  return { state: () => told('state'), end: () => child.disconnect() }
}

/** Why so many cannot be held here; null when they can. */
export function tooFewFiles(connections: number): string | null {
  const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  const needed = connections + besides
  return limit !== undefined && Number(limit) < needed
    ? `ulimit -n is ${limit} and ${needed} are needed`
    : null
}
