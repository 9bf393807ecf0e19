/**
 * A build of an earlier release, made from the history of this checkout in a folder of its own. It is bundled and not
 * type-checked, with the packages that are installed here: seconds instead of minutes.
 */

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frozen } from './frozen.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const workspaces = {
  kernel: 'kernel',
  services: 'services',
  transport: 'transport',
  admin: 'admin',
  'app-sdk': 'sdk',
}

/** Whether the history has that commit; a shallow clone has not. */
export function hasHistory({ commit }: Pick<Frozen, 'commit'>): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The path of the program, built below `folder`. Throws with what the builder said. */
export function earlierBuild({ version, commit }: Frozen, folder: string): string {
  const top = join(folder, `ron-${version}`)
  mkdirSync(join(top, 'node_modules', '@ron'), { recursive: true })
  const archive = execFileSync('git', ['archive', '--format=tar', commit], {
    cwd: root,
    maxBuffer: 256 * 2 ** 20,
  })
  execFileSync('tar', ['-x', '-C', top], { input: archive })
  const installed = join(root, 'node_modules')
  for (const name of readdirSync(installed)) {
    if (name !== '@ron') symlinkSync(join(installed, name), join(top, 'node_modules', name))
  }
  for (const [name, place] of Object.entries(workspaces)) {
    symlinkSync(join(top, place), join(top, 'node_modules', '@ron', name))
  }
  const bundling = "import('./scripts/lib/bundle.mjs').then(({ bundle }) => bundle())"
  execFileSync(process.execPath, ['--input-type=module', '--eval', bundling], { cwd: top, stdio: 'pipe' })
  const program = join(top, 'kernel/dist/main.js')
  const esbuild = join(top, 'node_modules/.bin/esbuild')
  execFileSync(esbuild, ['kernel/src/main.ts', '--format=esm', `--outfile=${program}`], {
    cwd: top,
    stdio: 'pipe',
  })
  writeFileSync(join(top, 'kernel/dist/build-info.json'), `${JSON.stringify({ version, git_sha: commit })}\n`)
  return program
}
