import assert from 'node:assert/strict'
import test from 'node:test'
import { problemsText, shown, shownName, sourceText } from './problems.ts'
import { read } from './reading.fixture.ts'

test('a source is told in one line', () => {
  assert.equal(sourceText({ kind: 'default' }), 'default')
  assert.equal(sourceText({ kind: 'file', path: '/a\n\u001bb' }), 'file /a  b')
  assert.equal(sourceText({ kind: 'env', name: 'MICRO_AMNESIA' }), 'env MICRO_AMNESIA')
  assert.equal(sourceText({ kind: 'flag', flag: '--set a.b' }), 'flag --set a.b')
})

test('the text of a refused start has a line for each problem', () => {
  const loaded = read({ env: { MICRO_MAX_CONNS: '0', MICRO_PQ_MODE: 'on' } })
  assert.ok(!loaded.ok)
  assert.deepEqual(problemsText('micronode', loaded.problems).split('\n'), [
    'micronode: the configuration has 2 problems, nothing was started',
    '  - MICRO_MAX_CONNS (limits.max_conns) is 0, below the least allowed, 1; for example MICRO_MAX_CONNS=1024',
    '  - MICRO_PQ_MODE (pq.mode) is "on", not one of off, hybrid; for example MICRO_PQ_MODE=off',
  ])
})

test('a value in a message is quoted, short and on one line', () => {
  assert.equal(shown('a\n"b'), '"a\\n\\"b"')
  assert.equal(shown('x'.repeat(500)), `"${'x'.repeat(77)}..."`)
  assert.deepEqual([5n, 1.5, true, [], {}, new Date(0)].map(shown), [
    '5',
    '1.5',
    'true',
    'a list',
    'a table',
    'a date',
  ])
  assert.equal(shownName('a\u001b[31m'), 'a\\u001b[31m')
})
