// @ts-check
/**
 * Programs that are not npm packages and that some proofs need. They are installed where that is possible
 * without asking (root on Debian); elsewhere the proof that needs one fails and says which package to install.
 */

import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** Debian package → the program in it that is looked for. */
const programs = { chromium: 'chromium', strace: 'strace', prometheus: 'promtool', wrk: 'wrk' }

/** @param {readonly (keyof typeof programs)[]} packages */
export async function provide(packages) {
  const missing = packages.filter((name) => !onPath(programs[name]))
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`Missing: ${missing.join(', ')}. Install them with your system's package manager.\n`)
    return
  }
  process.stderr.write(`Installing Debian packages: ${missing.join(', ')}\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-qq'], { env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env })
}

/** @param {string} program */
function onPath(program) {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`))
}
