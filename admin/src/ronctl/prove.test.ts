import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPairSync } from 'node:crypto'
import { privateSignerPem, publicOf, signerPem } from '@ron/kernel/bundle/keys'
import { parseStatement } from './amnesia-statement.ts'
import type { Ran } from './drill.ts'
import type { Outcome } from './outcome.ts'
import { provenOutcome, type ProveWorld } from './prove.ts'

const check = { name: 'it keeps nothing', ok: true, evidence: 'nothing is there' }
const statement = {
  kind: 'ron/amnesia-proof/1',
  at: '2026-01-31T12:00:00.000Z',
  verdict: 'pass',
  build: { name: 'micronode' },
  system: 'linux x64',
  checks: [check],
  copies: [],
  notShown: ['what nobody can'],
}
const broken = { ...statement, verdict: 'fail', checks: [check, { ...check, ok: false }] }
const ran = (said: unknown): Ran => ({ code: 0, stdout: `${JSON.stringify(said)}\n`, stderr: '' })

/** Files in memory, and a script that says what it is told to. */
function worldOf(result: Ran | null, files = new Map<string, Uint8Array>()): ProveWorld {
  const read = async (path: string) => files.get(path) ?? null
  const write = async (path: string, bytes: Uint8Array) => void files.set(path, bytes)
  return {
    environment: { PATH: '/bin' },
    runScript: async () => result,
    files: { read, write, readPrivate: read, writePrivate: write, writeSecret: write },
  }
}

const prove = (world: ProveWorld, key: string | null = null): Promise<Outcome> =>
  provenOutcome({ name: 'prove amnesia', key, out: 'out.json' }, world)
const verify = (world: ProveWorld, key = 'out.json.pub'): Promise<Outcome> =>
  provenOutcome({ name: 'prove verify', report: 'out.json', key }, world)

test('what was proven is signed with a fresh key or a given one, and verified with its public half', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const files = new Map<string, Uint8Array>([
    ['own.pem', Buffer.from(privateSignerPem({ ed25519: privateKey, mlDsaSeed: null }))],
    ['own.pub', Buffer.from(signerPem({ ed25519: publicOf(privateKey), mlDsa: null }))],
  ])
  const world = worldOf(ran(statement), files)
  assert.equal((await prove(world)).exitCode, 0)
  const { exitCode, text } = await verify(world)
  assert.equal(exitCode, 0)
  assert.match(text, /^ok {6}it keeps nothing: nothing is there\nnot shown: what nobody can\nPASS/)
  await assert.rejects(verify(world, 'own.pub'), /sign/)

  assert.equal((await prove(world, 'own.pem')).exitCode, 0)
  assert.equal((await verify(world, 'own.pub')).exitCode, 0)
  await assert.rejects(prove(world, 'none.pem'), /none\.pem is missing/)
})

test('a proof that failed is signed as well, and no exit code calls it good', async () => {
  const world = worldOf(ran(broken))
  assert.equal((await prove(world)).exitCode, 1)
  const { exitCode, text } = await verify(world)
  assert.equal(exitCode, 1)
  assert.match(text, /^FAILED {2}it keeps nothing/m)
})

test('where no proof is to be had, that is said, and nothing is written', async () => {
  const files = new Map<string, Uint8Array>()
  const without = await prove(worldOf(null, files))
  assert.deepEqual([without.exitCode, without.complaint], [1, true])
  const silent = await prove(worldOf({ code: 2, stdout: '', stderr: 'strace is not installed\n' }, files))
  assert.deepEqual([silent.exitCode, silent.text], [1, 'strace is not installed'])
  assert.equal(files.size, 0)
})

test('a statement that does not follow from its checks, or has more to it, is none', () => {
  for (const [said, because] of [
    [{ ...statement, checks: [{ ...check, ok: false }] }, /says pass, and its checks say fail/],
    [{ ...statement, checks: [] }, /says pass, and its checks say fail/],
    [{ ...statement, more: 1 }, /member more/],
    [{ ...statement, kind: 'another' }, /no ron\/amnesia-proof/],
    [{ ...statement, checks: [{ name: 'x', evidence: 'y' }] }, /neither true nor false/],
    [{ ...statement, notShown: [1] }, /no text/],
    [[], /no object/],
  ] as const)
    assert.throws(() => parseStatement(JSON.stringify(said)), because)
})
