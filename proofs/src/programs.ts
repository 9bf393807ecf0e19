/** Programs of the system that a proof needs. Without one it fails: a proof that is skipped proves nothing. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program → the Debian package it comes with. */
const packages = {
  bash: 'bash',
  chromium: 'chromium',
  curl: 'curl',
  fish: 'fish',
  git: 'git',
  go: 'golang-go',
  openssl: 'openssl',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  script: 'bsdutils',
  strace: 'strace',
  tar: 'tar',
  zsh: 'zsh',
} as const

export type Program = keyof typeof packages

export interface Ran {
  readonly exitCode: number | null
  /** Both streams. */
  readonly output: string
}

/** Where it is. Throws an error that says which package to install. */
export function need(program: Program): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const path = folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
  if (path !== undefined) return path
  throw new Error(`${program} is not installed; install the Debian package ${packages[program]}`)
}

/** A Python that has this module. Throws an error that says which package to install. */
export function needPython(module: string): string {
  const has = (python: string) =>
    spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0
  const path = ['python3', '/usr/bin/python3'].find(has)
  if (path !== undefined) return path
  throw new Error(`no Python here has ${module}; install the Debian package python3-${module}`)
}

/** Runs one to its end, with `input` on its standard input. */
export async function runProgram(program: Program, args: readonly string[], input = ''): Promise<Ran> {
  return runFile(need(program), args, { input })
}

/** The same for a program of one's own, or in another environment. */
export async function runFile(
  path: string,
  args: readonly string[],
  { input = '', env = process.env }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'], env })
  let output = ''
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (output += piece.toString()))
  // It may end without having read it.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { exitCode, output }
}
