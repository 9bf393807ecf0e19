/** Has a node that keeps nothing on disk run where the runtime denies it writes. */

import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Loaded } from '../config/load.ts'
import {
  asksForInspector,
  confinedFlags,
  namesDescriptor,
  startedConfined,
  writesDenied,
} from '../system/confinement.ts'
import { becomeNode } from '../system/become.ts'
import { stampOf } from '../system/files.ts'
import { askToConfine } from './guarded.ts'

/** Settings that name a Unix socket, which is made and taken away. */
const sockets = ['node.hand_over_socket', 'uds.path', 'uds.admin_path']

/**
 * Starts this process anew, under its guard or in its own place, when amnesia is on and writes are not denied yet. Returns
 * false when it goes on as it is: it is confined, need not be, or cannot be. Where it takes libc to do it, amnesia must have
 * been asked for by name: a start takes a third longer for it, and whoever says nothing is to have it in a blink.
 */
export async function confined({ effective }: Loaded): Promise<boolean> {
  const amnesia = effective.get('node.amnesia')
  if (amnesia?.value !== true || writesDenied() || startedConfined()) return false
  if (asksForInspector(process.execArgv, process.env['NODE_OPTIONS'] ?? '')) return false
  // What was read from a descriptor is not there a second time.
  if ([...process.argv, ...Object.values(process.env)].some((value = '') => namesDescriptor(value)))
    return false
  const flags = confinedFlags(process.versions.node, writable(effective))
  if (askToConfine(flags)) return true
  const main = fileURLToPath(import.meta.resolve('@ron/kernel/main'))
  const again = [...flags, ...process.execArgv, main, ...process.argv.slice(2)]
  return becomeNode(again, amnesia.source.kind !== 'default')
}

/** The sockets, and their folders where those have to be made first. */
function writable(effective: Loaded['effective']): readonly string[] {
  const paths = sockets
    .map((setting) => String(effective.get(setting)?.value ?? ''))
    .filter((path) => path !== '')
  return paths.flatMap((path) => (stampOf(dirname(path)) !== '' ? [path] : [path, dirname(path)]))
}
