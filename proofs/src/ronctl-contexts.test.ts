/**
 * Whoever runs `ronctl` names nodes once and then says which one is meant: the file is for nobody else to read, what is said
 * on the command line wins, and a token goes to its own node alone.
 */

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'

const [one, two] = await Promise.all([startNode(), startNode({ profile: 'macro' })])
const folder = join(scratchFolder(), 'config')
const file = join(folder, 'ronctl', 'contexts.json')
const run = (line: string, more: Readonly<Record<string, string>> = {}, input = '') =>
  ronctl(line.split(' '), { env: { XDG_CONFIG_HOME: folder, ...more }, input })

test('contexts are added, chosen, shown and removed, and a token is never shown', async () => {
  const added = await run(`context add micro --admin ${one.admin} --store-token`, {}, one.token)
  assert.deepEqual([added.code, added.stderr], [0, ''])
  assert.match(added.stdout, /^micro is http.*, and in use$/m)
  assert.equal(
    (await run(`context add macro --admin ${two.admin} --url ${two.url} --token-env MACRO_CAP`)).code,
    0,
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.match(readFileSync(file, 'utf8'), new RegExp(one.token))

  const listed = await run('context list --json')
  const { contexts } = JSON.parse(listed.stdout)
  assert.deepEqual(
    contexts.map(({ name, current }: { name: string; current: boolean }) => [name, current]),
    [
      ['micro', true],
      ['macro', false],
    ],
  )
  for (const line of ['context list', 'context show', 'context show micro --json'])
    assert.doesNotMatch((await run(line)).stdout, new RegExp(one.token), line)

  assert.match((await run('version')).stdout, /micronode/)
  assert.match((await run('version --context macro')).stdout, /macronode/)
  assert.match((await run('version', { RON_CONTEXT: 'macro' })).stdout, /macronode/)
  assert.match((await run('version', { RON_ADMIN: two.admin })).stdout, /macronode/)
  assert.match((await run(`version --admin ${one.admin}`, { RON_CONTEXT: 'macro' })).stdout, /micronode/)
  assert.equal((await run('context use macro')).code, 0)
  assert.match((await run('version')).stdout, /macronode/)
})

test('a token of a context is sent to its node, and to no other', async () => {
  assert.equal((await run('service restart overlay --context micro')).code, 0)
  const elsewhere = await run(`service restart overlay --context micro --admin ${two.admin}`)
  assert.equal(elsewhere.code, 1)
  assert.match(elsewhere.stderr, /^CapabilityMissing/)
  assert.equal((await run('service restart overlay --context macro', { MACRO_CAP: two.token })).code, 0)
})

test('a file that others may read is refused with what mends it', async () => {
  chmodSync(file, 0o644)
  const refused = await run('version')
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /may be read or changed by others \(mode 644\); chmod 600 /)
  assert.equal((await run('version --context micro')).code, 1)
  assert.equal((await run('version', { RON_ADMIN: one.admin })).code, 0, 'what needs no context goes on')
  chmodSync(file, 0o600)
  const token = join(folder, 'token')
  writeFileSync(token, one.token, { mode: 0o644 })
  await run(`context add filed --admin ${one.admin} --token-file ${token}`)
  assert.match((await run('version --context filed')).stderr, /chmod 600/)
  chmodSync(token, 0o600)
  assert.equal((await run('service restart overlay --context filed')).code, 0)
})

test('a context that is not there says which are, and so does every other mistake', async () => {
  for (const [line, code, wrong] of [
    ['version --context nowhere', 1, /there is no context nowhere; ronctl context list/],
    ['context use nowhere', 1, /there is no context nowhere; there are micro, macro, filed/],
    ['context add a/b --admin x:1', 2, /a context's name is up to 64/],
    ['context add a', 2, /--admin URL is needed/],
    ['context add a --admin x:1 --token-env A --token-file b', 2, /exclude each other/],
    ['context add a --admin x:1 --store-token', 1, /no token came on standard input/],
  ] as const) {
    const ran = await run(line)
    assert.deepEqual([ran.code, ran.stdout], [code, ''], line)
    assert.match(ran.stderr, wrong, line)
    const json = await run(`${line} --json`)
    assert.deepEqual([json.code, json.stderr, JSON.parse(json.stdout).ok], [code, '', false], line)
  }
  assert.equal((await run('context remove micro')).code, 0)
  assert.doesNotMatch(readFileSync(file, 'utf8'), new RegExp(one.token))
})
