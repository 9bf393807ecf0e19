// @ts-check
/**
 * Brings a checkout to where the node can run: dependencies as the lockfile says, and the code compiled.
 * Does nothing and prints nothing when that is already so.
 */

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.mjs'
import { root, run, tool } from './run.mjs'

/** Written after an install that succeeded: what was installed, and for which Node. */
const stampPath = join(root, 'node_modules', '.installed')

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`)

/** Installs from the lockfile unless exactly that is installed already. */
export async function install() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = `${createHash('sha256').update(lock).digest('hex')} ${process.versions.modules} ${process.arch}\n`
  if (readStamp() === wanted) return
  say('Installing dependencies from the lockfile; the first time takes a minute or two, as zstd is compiled.')
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stampPath, wanted)
}

/** Compiles what changed since the last time, bundles the SDK for browsers, and leaves word of what was built. */
export async function build() {
  await tool('tsc', ['-b'])
  await bundle()
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const info = `${JSON.stringify({ version, git_sha: await gitSha() })}\n`
  writeFileSync(join(root, 'kernel/dist/build-info.json'), info)
}

/** Of the commit that is checked out; a source archive has none. */
async function gitSha() {
  try {
    return (await run('git', ['rev-parse', 'HEAD'])).trim()
  } catch {
    return 'unknown'
  }
}

function readStamp() {
  try {
    return readFileSync(stampPath, 'utf8')
  } catch {
    return ''
  }
}
