/**
 * Measures in a process of its own, so that its heap begins empty and what it took is given back: a program that is
 * told in its one argument what to do, and prints what it found and nothing else, both as JSON.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Rejects when the program fails, after it has said on stderr why. */
export async function apart<Found>(program: URL, what: unknown): Promise<Found> {
  const args = ['--expose-gc', program.pathname, JSON.stringify(what)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  const [code, signal] = await closed
  if (code !== 0) throw new Error(`${program.pathname} ${JSON.stringify(what)} ended with ${signal ?? code}`)
  return JSON.parse(text)
}

/** For the program: what it was told. */
export function told<What>(): What {
  return JSON.parse(process.argv[2] ?? '')
}

/** For the program: says what it found. */
export function tell(found: unknown): void {
  process.stdout.write(JSON.stringify(found))
}

/** For the program: bytes that it holds after a collection, in its heap and beside it. */
export function bytesHeld(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
