// @ts-check
/** Running other commands: quietly, with their output shown only when they fail. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's top folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Runs a command to its end. Resolves with what it printed, or rejects with an error that holds it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ show?: boolean, cwd?: string, env?: NodeJS.ProcessEnv }} [options] `show` passes its output through
 * @returns {Promise<string>}
 */
export function run(command, args, { show = false, cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${output}`))
    })
  })
}

/**
 * Runs one of the tools installed in node_modules.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {{ show?: boolean }} [options]
 */
export function tool(name, args, options) {
  return run(`node_modules/.bin/${name}`, args, options)
}

/**
 * Runs a script's body; a failure becomes its message on stderr and exit code 1.
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
