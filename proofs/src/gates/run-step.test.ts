/** The runner of proofs, on proofs that pass, fail, crash, hang and are not there. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratchFolder } from '../scratch.ts'
import type { ProgramStep, Step } from './gate.ts'
import { found, StepRunner } from './run-step.ts'
import { allTests, bench, program, tests } from './steps.ts'

const root = mkdtempSync(join(scratchFolder(), 'project-'))
const testFile = (body: string) => `import { test } from 'node:test'\n${body}\n`
for (const [path, text] of [
  ['part/dist/good.test.js', testFile(`test('it holds', () => {})\ntest('it holds too', () => {})`)],
  ['part/src/good.test.ts', ''],
  [
    'part/dist/bad.test.js',
    testFile(`test('it holds', () => {})\ntest('it does not', () => { throw new Error('no') })`),
  ],
  ['part/src/bad.test.ts', ''],
  ['part/dist/crash.test.js', testFile(`test('it holds', () => {})\nsetTimeout(() => process.abort(), 50)`)],
  ['part/src/crash.test.ts', ''],
  ['part/dist/leaves.test.js', testFile(`test('it holds', () => {})\nprocess.exit(0)`)],
  ['part/src/leaves.test.ts', ''],
  ['empty/dist/a.js', ''],
  ['part/dist/orphan.test.js', testFile(`test('it holds', () => {})`)],
  ['part/dist/storm-one.test.js', testFile(`test('one', () => {})`)],
  ['part/src/storm-one.test.ts', ''],
  ['part/dist/storm-two.test.js', testFile(`test('two', () => {})`)],
  ['part/src/storm-two.test.ts', ''],
  ['hang.mjs', `console.log('begun'); setInterval(() => {}, 1000)`],
  ['ends.mjs', `console.log('ok    said last'); process.exitCode = Number(process.argv[2] ?? 0)`],
] as const) {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

const runs: string[] = []
const runner = new StepRunner({ root, full: false, say: (line) => runs.push(line) })
const outcome = async (step: Step) => (await runner.run(step)).outcome

test('a file of tests passes as a whole or by titles, and is run once for all who count on it', async () => {
  const before = runs.length
  assert.deepEqual(await outcome(tests('part/good', 'all')), {
    kind: 'pass',
    evidence: '2 tests',
    scale: null,
  })
  assert.deepEqual(await outcome(tests('part/good', 'one', /too$/)), {
    kind: 'pass',
    evidence: '1 test',
    scale: null,
  })
  assert.equal(runs.length, before + 1)
  const again = await runner.run(tests('part/good', 'all'))
  assert.equal(again.seconds, 0, 'what was not run took no time')
})

test('a test that fails is named, and counts for whom it is named for alone', async () => {
  const failed = await outcome(tests('part/bad', 'all'))
  assert.deepEqual([failed.kind, failed.evidence], ['fail', '1 of 2 not passed: it does not'])
  assert.equal((await outcome(tests('part/bad', 'one', /^it holds$/))).kind, 'pass')
})

test('a file that crashes fails, also where its tests had passed', async () => {
  assert.equal((await outcome(tests('part/crash', 'all'))).kind, 'fail')
})

test('a file that leaves before its tests fails, though its exit code says that all is well', async () => {
  const { kind, evidence } = await outcome(tests('part/leaves', 'all'))
  assert.equal(kind, 'fail')
  assert.match(evidence, /leaves\.test\.js ended without a test$/)
  assert.equal((await outcome(tests('part/leaves', 'one', /leaves/))).kind, 'fail')
})

test('of a whole part every test is run, but for those whose source is gone; without one its gate is open', async () => {
  const whole = await outcome(allTests(['part'], 'all'))
  assert.equal(whole.kind, 'fail')
  assert.deepEqual(found(root, 'part/dist').includes('part/dist/orphan.test.js'), false)
  assert.equal(found(root, 'part/dist').length, 6)
  const { kind, evidence } = await outcome(allTests(['part', 'empty'], 'all'))
  assert.deepEqual([kind, evidence], ['open', 'empty/dist is not there'])
})

test('a step that cannot be run has failed, and says why', async () => {
  const away = new StepRunner({ root: join(root, 'away'), full: true, say: () => {} })
  const step = { ...program('it', ['ends.mjs'], 60), needs: [] }
  const { outcome: got } = await away.run(step)
  assert.equal(got.kind, 'fail')
  assert.match(got.evidence, /^it could not be run: .*ENOENT/)
})

test('what is not there leaves its gate open, and so does what lost its source', async () => {
  const missing = await outcome(tests('part/pq', 'all'))
  assert.deepEqual([missing.kind, missing.evidence], ['open', 'part/dist/pq.test.js is not there'])
  assert.equal((await outcome(tests('part/orphan', 'all'))).kind, 'open')
  assert.equal((await outcome(tests('part/none-*', 'all'))).kind, 'open')
  assert.deepEqual((await outcome(tests('part/storm-*', 'all'))).evidence, '2 tests')
})

test('a program passes by its exit code, at the scale it was run at', async () => {
  const scaled = { scale: '1/288', fullCommand: ['ends.mjs', '0'], fullBoundSeconds: 60 }
  assert.deepEqual(await outcome(program('it', ['ends.mjs'], 60, scaled)), {
    kind: 'pass',
    evidence: 'said last',
    scale: '1/288',
  })
  const whole = new StepRunner({ root, full: true, say: () => {} })
  assert.deepEqual((await whole.run(program('it', ['ends.mjs', '1'], 60, scaled))).outcome, {
    kind: 'pass',
    evidence: 'said last',
    scale: null,
  })
  assert.deepEqual(await outcome(program('it', ['ends.mjs', '3'], 60)), {
    kind: 'fail',
    evidence: 'ended with code 3: ok    said last',
  })
})

test('a program that does not end is ended at its bound', async () => {
  const step: ProgramStep = program('it', ['hang.mjs'], 1)
  assert.deepEqual(await outcome(step), { kind: 'fail', evidence: 'did not end in time: begun' })
})

test('a facet of the benchmark is measured at its scale, and judged by what this run has written', async () => {
  for (const folder of ['dist', 'results']) mkdirSync(join(root, 'bench', folder), { recursive: true })
  const limit = { of: 'ours', value: 5 }
  const rows = (ours: number) => [{ work: 'asking', ours, unit: 'ms', better: 'less', peer: null, limit }]
  const main = (body: string) => writeFileSync(join(root, 'bench/dist/main.js'), body)
  const judged = async (full = true) => {
    writeFileSync(join(root, 'bench/results/graph.json'), JSON.stringify({ scale: 1, rows: rows(1) }))
    const again = new StepRunner({ root, full, say: () => {} })
    return (await again.run(bench('graph', 'it', 0.1, /^asking/))).outcome
  }
  main('')
  const stale = await judged()
  assert.equal(stale.kind, 'fail')
  assert.match(stale.evidence, /ENOENT.*graph\.json/)
  const writes = (text: string) => `require('fs').writeFileSync('bench/results/graph.json', ${text})`
  const measured = (ours: number) =>
    writes(`JSON.stringify({ scale: Number(process.argv[5] ?? 1), rows: ${JSON.stringify(rows(ours))} })`)
  main(measured(1))
  assert.deepEqual(await judged(), { kind: 'pass', evidence: 'asking: 1.00 ms', scale: null })
  assert.deepEqual(await judged(false), { kind: 'pass', evidence: 'asking: 1.00 ms', scale: '1/10' })
  main(measured(6))
  assert.deepEqual(await judged(), { kind: 'fail', evidence: 'asking: 6.00 ms' })
  main(`${measured(1)}; process.exitCode = 1`)
  assert.equal((await judged()).kind, 'fail')
  main(writes(`'no JSON'`))
  assert.equal((await judged()).kind, 'fail')
})
