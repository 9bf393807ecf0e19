/** Programs that may use some processors only, by `taskset` of util-linux. */

import { readFileSync } from 'node:fs'
import { findProgram } from './peers.ts'

/** By number, as the system counts them; null for all there are. */
export type Processors = readonly number[] | null

/** Whether programs can be confined here. */
export function canConfine(): boolean {
  return findProgram('taskset') !== null
}

/** What to run in place of a command, so that it and all its threads stay on these processors. */
export function confined(command: readonly string[], processors: Processors): readonly string[] {
  return processors === null
    ? command
    : [findProgram('taskset') ?? 'taskset', '-c', processors.join(','), ...command]
}

/** Those that this process may use. */
export function processorsAllowed(): readonly number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return processorsIn(list)
}

/** `0-2,5` as the system writes it. */
export function processorsIn(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

/**
 * The processors of a server and of what loads it, apart, so that a load that works harder takes nothing from the server:
 * the last one is the load's. Where there is one processor only, or no `taskset`, both use what there is.
 */
export function parted(): { readonly server: Processors; readonly load: Processors } {
  const allowed = processorsAllowed()
  return allowed.length < 2 || !canConfine()
    ? { server: null, load: null }
    : { server: allowed.slice(0, -1), load: allowed.slice(-1) }
}
