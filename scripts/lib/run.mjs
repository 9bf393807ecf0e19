// @ts-check
/** Running other commands: quietly, with their output shown only when they fail. */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
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
 * Runs a script's body; a failure becomes its message on stderr and exit code 1, a wrong call exit code 2. `--help` prints
 * what stands at the head of the script instead, but for one that says so itself.
 * @param {() => Promise<void>} body
 * @param {{ arguments?: 'none' | 'read' | 'its own help' }} [options] a script that reads none is not given any
 */
export async function main(body, { arguments: kind = 'none' } = {}) {
  const given = process.argv.slice(2)
  if (kind !== 'its own help' && given.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${head(process.argv[1] ?? '')}\n`)
    return
  }
  try {
    if (kind === 'none' && given.length > 0)
      throw new WrongCall(`it takes no arguments, not ${given.join(' ')}`)
    await body()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = isWrongCall(error) ? 2 : 1
  }
}

/** What a command was asked for makes no sense. */
export class WrongCall extends Error {}

/** @param {unknown} error */
function isWrongCall(error) {
  const parsing = error instanceof Error && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS')
  return parsing || error instanceof WrongCall
}

/**
 * The comment at the head of a script, as text.
 * @param {string} script
 */
function head(script) {
  const [, comment = ''] = /^\/\*\*(.*?)\*\/$/ms.exec(readFileSync(script, 'utf8')) ?? []
  return comment.replace(/^ \*[ ]?/gm, '').trim()
}
