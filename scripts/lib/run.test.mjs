// @ts-check
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { root } from './run.mjs'

/** @param {string} script @param {readonly string[]} args */
function said(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${script}`, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('--help says what a command does, and does nothing else', () => {
  for (const script of ['bench.mjs', 'proofs.mjs', 'drill.mjs', 'fuzz.mjs', 'check.mjs', 'build.mjs']) {
    const { status, stdout, stderr } = said(script, '--help')
    assert.deepEqual([status, stderr], [0, ''], script)
    assert.match(stdout, /^\S[^]*\.\n$/, script)
    assert.doesNotMatch(stdout, /^ ?\*/m, script)
  }
})

test('what a command cannot be asked for is a sentence and exit code 2', () => {
  for (const [script, args, sentence] of /** @type {const} */ ([
    ['drill.mjs', ['--nonsense'], /takes no arguments, not --nonsense/],
    ['build.mjs', ['twice', 'please'], /takes no arguments, not twice please/],
    ['fuzz.mjs', ['--nonsense'], /Unknown option '--nonsense'/],
    ['fuzz.mjs', ['--runs', '1', '--minutes', '1'], /--runs and --minutes: give one of them/],
    ['fuzz.mjs', ['no/such/target'], /no target is named like no\/such\/target/],
    ['check.mjs', ['--nonsense'], /Unknown option '--nonsense'/],
    ['tidy.mjs', ['--check'], /takes no arguments, not --check/],
  ])) {
    const { status, stdout, stderr } = said(script, ...args)
    assert.deepEqual([status, stdout], [2, ''], script)
    assert.match(stderr, sentence)
    assert.doesNotMatch(stderr, / at .*\.mjs:\d/, 'no stack')
  }
})
