/**
 * The proof of amnesia: it holds for this build, in a report that is signed and verified by the command; and it fails for
 * nodes that write, keep, tell or leave what they must not.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { program } from './node-process.ts'
import { need } from './programs.ts'
import { proveAmnesia } from './prove/amnesia.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

interface Report {
  readonly ok: boolean
  readonly statement: {
    readonly verdict: string
    readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly evidence: string }[]
    readonly copies: readonly { readonly mark: string; readonly serving: number; readonly ending: number }[]
  }
}

need('strace')
const report = join(scratchFolder(), 'amnesia.dsse.json')

test('this build is amnesiac: on disk, at each end, in the memory it owns and to the next node', async () => {
  const { code, stdout, stderr } = await ronctl(['prove', 'amnesia', '--out', report, '--json'])
  assert.equal(code, 0, stdout + stderr)
  const { ok, statement }: Report = JSON.parse(stdout)
  assert.deepEqual([ok, statement.verdict], [true, 'pass'])
  assert(statement.checks.length > 20)
  for (const mark of ['issuer key', 'node key']) {
    const copies = statement.copies.filter((each) => each.mark === mark)
    assert(
      copies.some(({ serving }) => serving > 0),
      mark,
    )
    assert(
      copies.every(({ ending }) => ending === 0),
      mark,
    )
  }
})

test('a report is good under the key that signed it, and under no other, and not when it was changed', async () => {
  const verify = (file: string, key: string) => ronctl(['prove', 'verify', file, '--key', key])
  const good = await verify(report, `${report}.pub`)
  assert.equal(good.code, 0, good.stderr)
  assert.match(good.stdout, /^PASS {4}amnesia/m)
  assert.match(good.stdout, /^not shown: \d+ copies of what clients sent/m)

  const pair = join(scratchFolder(), 'other.pem')
  assert.equal((await ronctl(['config', 'keygen', pair])).code, 0)
  const other = await verify(report, `${pair}.pub`)
  assert.equal(other.code, 1)

  const { payload, ...rest }: { readonly payload: string } = JSON.parse(readFileSync(report, 'utf8'))
  const text = Buffer.from(payload, 'base64').toString().replace('"at":"2', '"at":"3')
  const changed = scratchFile(
    'changed.json',
    JSON.stringify({ ...rest, payload: Buffer.from(text).toString('base64') }),
  )
  assert.equal((await verify(changed, `${report}.pub`)).code, 1)
})

/** What a node may not do, as a module that does it and then is the node. */
const sabotages = {
  'writes a file and takes it away again': {
    body: `setTimeout(() => { const path = process.env.HOME + '/x'; fs.writeFileSync(path, 'x'); fs.rmSync(path) }, 200)`,
    fails: /^it wrote to nothing but/,
  },
  'leaves a file': {
    body: `setTimeout(() => fs.writeFileSync(process.env.HOME + '/left', 'x'), 200)`,
    fails: /^its folders are as they were/,
  },
  'keeps a copy of a key': {
    body: `globalThis.kept = Uint8Array.from(Buffer.from(key(), 'hex'))`,
    fails: /^keys are overwritten/,
  },
  'prints a key': {
    body: `console.error(key())`,
    fails: /^nothing of it is in the log/,
  },
  'ends without overwriting anything': {
    body: `process.on('SIGTERM', () => process.exit(0))`,
    fails: /^what the services kept is overwritten/,
  },
  'cannot serve a drain': {
    body: `process.on('SIGTERM', () => process.exit(7))`,
    fails: /^it ends as it was told to/,
  },
} as const

for (const [what, { body, fails }] of Object.entries(sabotages)) {
  test(`the proof fails for a node that ${what}`, async () => {
    const name = what.replaceAll(' ', '-')
    const folder = mkdtempSync(join(scratchFolder(), `${name}-`))
    const module = join(mkdtempSync(join(scratchFolder(), 'build-')), 'main.mjs')
    writeFileSync(
      module,
      `import fs from 'node:fs'
       // Taken for confined, it does not start itself anew as the node without this.
       process.execArgv.push('--permission')
       const file = process.argv.find((arg) => arg.startsWith('capabilities.issuer_key_path='))?.split('=')[1]
       const key = () => file === undefined ? '' : fs.readFileSync(file, 'utf8').trim()
       ${body}
       await import(${JSON.stringify(pathToFileURL(program).href)})\n`,
    )
    const { verdict, checks } = await proveAmnesia(module, folder, () => {}, ['SIGTERM'])
    assert.equal(verdict, 'fail')
    const failed = checks.filter(({ ok }) => !ok)
    assert(
      failed.some((check) => fails.test(check.name)),
      JSON.stringify(failed),
    )
  })
}
