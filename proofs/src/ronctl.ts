/** The operator's command, as a person runs it. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { NodeProcess } from './node-process.ts'

const command = fileURLToPath(new URL('../../admin/dist/ronctl.js', import.meta.url))

export interface RonctlRan {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Against that node and with its token, or with neither. */
export async function ronctl(args: readonly string[], node: NodeProcess | null = null): Promise<RonctlRan> {
  const env = node === null ? {} : { RON_ADMIN: node.admin, RON_CAP: node.token }
  const child = spawn(process.execPath, [command, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { stdout, stderr, code: Number(code) }
}
