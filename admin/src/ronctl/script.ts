/** Runs a script of this project, where its sources are beside the command. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { disk } from './disk.ts'
import type { Ran } from './drill.ts'

const folder = new URL('../../../scripts/', import.meta.url)

export async function runScript(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ran | null> {
  const path = fileURLToPath(new URL(name, folder))
  if ((await disk.read(path)) === null) return null
  const child = spawn(process.execPath, [path, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code: typeof code === 'number' ? code : 1, stdout, stderr }
}
