// @ts-check
/**
 * Programs that are not npm packages and that some proofs need. They are installed where that is possible
 * without asking (root on Debian); elsewhere the proof that needs one fails and says which package to install.
 */

import { existsSync } from 'node:fs'
import { run } from './run.mjs'

/** Debian package → the program in it that is looked for, or the path of a file where it has none. */
const programs = {
  beanstalkd: 'beanstalkd',
  chromium: 'chromium',
  curl: 'curl',
  fish: 'fish',
  'golang-go': 'go',
  'golang-golang-x-mod-dev': '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go',
  'nats-server': 'nats-server',
  openssl: 'openssl',
  postgresql: 'pg_ctlcluster',
  prometheus: 'promtool',
  'python3-pymacaroons': '/usr/lib/python3/dist-packages/pymacaroons/__init__.py',
  'python3-xapian': '/usr/lib/python3/dist-packages/xapian/__init__.py',
  'redis-server': 'redis-server',
  sqlite3: 'sqlite3',
  strace: 'strace',
  wrk: 'wrk',
  zsh: 'zsh',
}

/** @param {readonly (keyof typeof programs)[]} packages */
export async function provide(packages) {
  const missing = packages.filter((name) => !isThere(programs[name]))
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
function isThere(program) {
  // Servers lie where only an administrator's PATH leads.
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin']
  return program.startsWith('/')
    ? existsSync(program)
    : folders.some((folder) => existsSync(`${folder}/${program}`))
}
