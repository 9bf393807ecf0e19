import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { apart } from './apart.ts'

function program(t: TestContext, text: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'apart-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'program.mjs')
  writeFileSync(path, text)
  return pathToFileURL(path)
}

test('a program is told what to do, may collect garbage, and tells what it found', async (t) => {
  const echo = program(t, 'globalThis.gc(); process.stdout.write(process.argv[2])')
  assert.deepEqual(await apart(echo, { nodes: 3, shape: 'uniform' }), { nodes: 3, shape: 'uniform' })
})

test('a program that fails is an error that says what it was told', async (t) => {
  const failing = program(t, 'process.stdout.write("{}"); process.exitCode = 3')
  await assert.rejects(apart(failing, { nodes: 3 }), /program\.mjs \{"nodes":3\} ended with 3$/)
})
