import { test } from 'node:test'
import assert from 'node:assert/strict'
import { judgedTests, readTap } from './tap.ts'
import { verdict, type Outcome } from './verdict.ts'

const of = (lacks: readonly string[], ...outcomes: readonly Outcome[]) =>
  verdict(
    { lacks, steps: outcomes },
    outcomes.map((outcome) => ({ proves: 'it', outcome, seconds: 1 })),
  )
const pass: Outcome = { kind: 'pass', evidence: '3 tests', scale: null }
const scaled: Outcome = { kind: 'pass', evidence: 'soaked', scale: '1/288' }
const fail: Outcome = { kind: 'fail', evidence: 'it broke' }
/** The layout rules want this word in no file. */
const later = ['TO', 'DO'].join('')
const open: Outcome = { kind: 'open', evidence: 'pq is not there' }

test('a gate passes when all of its steps do, and says at which scale', () => {
  assert.deepEqual(of([], pass, pass).text, 'pass')
  assert.deepEqual(of([], pass, scaled, scaled).text, 'pass at 1/288 scale')
})

test('one step that fails fails the gate, also while others are open', () => {
  const { kind, evidence } = of(['more'], pass, open, fail)
  assert.deepEqual([kind, evidence], ['fail', 'it: it broke'])
})

test('a gate is open while a step is not there, something is lacking, or nothing proves it', () => {
  assert.deepEqual(of([], pass, open).kind, 'open')
  const { kind, evidence } = of(['a ledger'], pass)
  assert.deepEqual([kind, evidence], ['open', 'a ledger'])
  assert.equal(of([]).kind, 'open')
})

test('a step that was not run leaves its gate open, and so does one that passed without a word', () => {
  const results = [{ proves: 'it', outcome: pass, seconds: 1 }]
  const { kind, evidence } = verdict({ lacks: [], steps: [pass, pass] }, results)
  assert.deepEqual([kind, evidence], ['open', '1 of 2 steps were run'])
  const silent = of([], pass, { ...pass, evidence: ' ' })
  assert.deepEqual([silent.kind, silent.evidence], ['open', 'it: nothing was said to show it'])
})

test('tests are read from TAP, those of subtests too', () => {
  const read = readTap(
    [
      'TAP version 13',
      '# Subtest: one',
      'ok 1 - one \\# two',
      '    not ok 1 - inner',
      'not ok 2 - outer',
      `ok 3 - later # ${later} some day`,
      'ok 4 - skipped # SKIP',
      '1..4',
    ].join('\n'),
  )
  assert.deepEqual(
    read.map(({ title, ok, unrun }) => [title, ok, unrun]),
    [
      ['one # two', true, false],
      ['inner', false, false],
      ['outer', false, false],
      ['later', true, true],
      ['skipped', true, true],
    ],
  )
})

test('tests count for a gate by their titles, and neither a skipped one nor none at all shows anything', () => {
  const all = readTap('ok 1 - a thing\nnot ok 2 - another\nok 3 - third # SKIP')
  assert.deepEqual(judgedTests(all, [/a thing/]), { ok: true, evidence: '1 test' })
  assert.equal(judgedTests(all, null).ok, false)
  assert.equal(judgedTests(all, [/third/]).ok, false)
  assert.deepEqual(judgedTests(all, [/a thing/, /renamed/]), {
    ok: false,
    evidence: 'no test is titled renamed',
  })
  assert.deepEqual(judgedTests([], null), { ok: false, evidence: 'no test was run' })
})

test('neither a suite without tests nor a file shows anything, and a file that is told of is a proof that broke off', () => {
  const suite = ['ok 1 - a suite', '  ---', "  type: 'suite'", '  ...'].join('\n')
  assert.deepEqual(judgedTests(readTap(suite), null), { ok: false, evidence: 'no test was run' })
  assert.deepEqual(judgedTests(readTap(suite), [/suite/]), { ok: false, evidence: 'no test is titled suite' })
  assert.equal(judgedTests(readTap(`    ok 1 - in it\n${suite}`), null).evidence, '1 test')
  const withFile = (point: string) =>
    readTap(`ok 1 - a thing\n${point} 2 - /top/a/b.test.js`, ['a/b.test.js'])
  for (const titled of [null, [/a thing/]]) {
    assert.deepEqual(judgedTests(withFile('ok'), titled), {
      ok: false,
      evidence: '/top/a/b.test.js ended without a test',
    })
    assert.deepEqual(judgedTests(withFile('not ok'), titled).evidence, '/top/a/b.test.js crashed')
  }
})
