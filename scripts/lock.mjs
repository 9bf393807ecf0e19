// @ts-check
/**
 * `node scripts/lock.mjs`, after every `npm install`: completes package-lock.json with the optional packages of
 * other platforms. npm leaves out those it could not fetch here, and `npm ci` then refuses the lockfile
 * everywhere. An entry needs only a version and the platform it is for; npm installs it where it fits.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main, root } from './lib/run.mjs'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/** @typedef {{ version: string, optional?: boolean, dev?: boolean, optionalDependencies?: Record<string, string>, os?: string[], cpu?: string[], libc?: string[] }} Entry */

await main(async () => {
  const path = join(root, 'package-lock.json')
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  /** @type {Record<string, Entry>} */
  const packages = lock.packages
  for (const [at, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const known = `node_modules/${name}` in packages || `${at}/node_modules/${name}` in packages
      if (!known && /^\d/.test(version)) {
        const { cpu, libc, os } = platformOf(name)
        const dev = entry.dev === true ? { dev: true } : {}
        // In npm's order: its next install then rewrites none of them.
        packages[`node_modules/${name}`] = { version, ...cpu, ...dev, ...libc, optional: true, ...os }
      }
    }
  }
  const entries = Object.entries(packages)
  const installed = entries.filter(([at]) => at.startsWith('node_modules/'))
  const ours = entries.filter((entry) => !installed.includes(entry))
  lock.packages = Object.fromEntries([...ours, ...installed.sort(([a], [b]) => (a < b ? -1 : 1))])
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
})

/**
 * What a platform package's name says it is for, such as `binding-linux-arm64-musl`.
 * @param {string} name
 */
function platformOf(name) {
  const words = name.split(/[-/]/)
  const pick = (/** @type {string[]} */ known) => words.filter((word) => known.includes(word))
  const [os, cpu] = [pick(systems), pick(processors)]
  const libc =
    words.includes('musl') || words.includes('musleabihf') ? ['musl'] : /-gnu/.test(name) ? ['glibc'] : []
  return {
    cpu: cpu.length > 0 ? { cpu } : {},
    libc: libc.length > 0 ? { libc } : {},
    os: os.length > 0 ? { os } : {},
  }
}
