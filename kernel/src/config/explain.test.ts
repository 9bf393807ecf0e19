import assert from 'node:assert/strict'
import test from 'node:test'
import { explain, explanationText } from './explain.ts'
import { read } from './reading.fixture.ts'

test('a setting is explained by its key, its variable or its flag', () => {
  const loaded = read({ env: { MICRO_MAX_CONNS: '2048' } })
  const expected = {
    ok: true,
    explanation: {
      key: 'limits.max_conns',
      doc: 'Most connections open at once; further ones are closed at once.',
      value: 2048,
      source: 'env MICRO_MAX_CONNS',
      default: 1024,
      unit: 'count',
      limits: '1 to 65536',
      env: 'MICRO_MAX_CONNS',
      flag: '--max-conns',
      change: 'needs a restart of the process',
    },
  }
  for (const name of ['limits.max_conns', 'MICRO_MAX_CONNS', '--max-conns']) {
    assert.deepEqual(explain(loaded, name), expected, name)
  }
})

test('an unknown key leads to the closest one', () => {
  const loaded = read({})
  assert.deepEqual(explain(loaded, 'limits.max_con'), {
    ok: false,
    message: 'limits.max_con is not a setting; did you mean limits.max_conns?',
  })
  assert.deepEqual(explain(loaded, 'MICRO_MAXCONNS'), {
    ok: false,
    message: 'MICRO_MAXCONNS is not a setting; did you mean MICRO_MAX_CONNS?',
  })
  assert.deepEqual(explain(loaded, '__proto__'), {
    ok: false,
    message: '__proto__ is not a setting; config print lists them',
  })
})

test('a setting of a broken configuration can still be explained', () => {
  const explained = explain(read({ env: { MICRO_MAX_CONNS: 'many' } }), 'limits.max_conns')
  assert.equal(explained.ok && explained.explanation.source, 'default')
})

test('a setting that only a file may set says so', () => {
  const explained = explain(read({}), 'persistence.enabled')
  assert.ok(explained.ok)
  assert.equal(explained.explanation.env, null)
  assert.match(explanationText(explained.explanation), /environment +not accepted: config file only/)
})

test('the text has a line for everything known', () => {
  const explained = explain(read({ env: { MICRO_READ_TIMEOUT: '2s' } }), 'timeouts.read')
  assert.ok(explained.ok)
  assert.deepEqual(explanationText(explained.explanation).split('\n'), [
    'timeouts.read: How long a request may take to arrive, from its first byte to its last.',
    '  value        "2s"',
    '  from         env MICRO_READ_TIMEOUT',
    '  default      "5s"',
    '  unit         ms',
    '  limits       100ms to 10m',
    '  environment  MICRO_READ_TIMEOUT',
    '  a change     needs a restart of the process',
    '  flag         --set timeouts.read=…',
  ])
})
