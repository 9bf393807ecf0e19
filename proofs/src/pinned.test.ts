/** Nothing drifts in: every package of others is one exact version, and the lockfile knows what it is made of. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/

interface Manifest {
  readonly workspaces?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Locked {
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'))
}

test('every dependency of every workspace is one exact version', () => {
  const folders = ['.', ...(manifest('.').workspaces ?? [])]
  assert(folders.length > 5)
  const loose = folders.flatMap((folder) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest(folder)
    return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, version]) => !exact.test(version))
      .map(([name, version]) => `${folder}: ${name} ${version}`)
  })
  assert.deepEqual(loose, [])
})

test('the lockfile has the hash of every package, but of those for other platforms that were not at hand', () => {
  const { packages }: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
    readFileSync(`${root}package-lock.json`, 'utf8'),
  )
  const fetched = Object.entries(packages).filter(
    ([at, { link }]) => at.startsWith('node_modules/') && link !== true,
  )
  assert(fetched.length > 50)
  const without = fetched.filter(
    ([, { integrity, optional }]) => !(integrity ?? '').startsWith('sha512-') && optional !== true,
  )
  assert.deepEqual(
    without.map(([name]) => name),
    [],
  )
})
