import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from './explain.ts'
import { parseBundle } from './parse-bundle.ts'

const tenant = 'aa'.repeat(16)
const asked = { tenant, method: 'PUT', path: '/objects/a', region: 'EU', bodyBytes: 20, tags: ['Staff'] }

test('every rule that was passed by says what it asked for, up to the one that decided', () => {
  const when = [
    { tenant: 'bb'.repeat(16) },
    { method: 'GET' },
    { path: '/objects/b' },
    { path: '/graph*' },
    { region: 'US' },
    { max_body_bytes: 10 },
    { require_tags_all: ['staff', 'beta'] },
    { path: '/objects*' },
    {},
  ]
  const rules = when.map((when, i) => ({ id: `r${i}`, when, action: 'allow' }))
  const { decision, trace } = explain(parseBundle({ version: 1, rules }), asked)
  assert.equal(decision.rule, 'r7')
  assert.deepEqual(
    trace.map(({ rule, outcome, because }) => `${rule} ${outcome}: ${because}`),
    [
      `r0 miss: it is for tenant ${'bb'.repeat(16)}`,
      'r1 miss: it is for the method GET',
      'r2 miss: it is for the path /objects/b',
      'r3 miss: it is for paths that begin with /graph',
      'r4 miss: it is for the region US',
      'r5 miss: it is for bodies of at most 10 bytes',
      'r6 miss: it wants the tag beta',
      'r7 hit: everything it asks for holds',
    ],
  )
})

test('when no rule matches the last step is the default', () => {
  const { trace } = explain(parseBundle({ version: 1, rules: [] }), asked)
  assert.deepEqual(trace, [
    {
      rule: 'defaults.default_action',
      outcome: 'hit',
      because: 'no rule matches, and the default is to deny',
    },
  ])
})

test('a body over the default cap is the only step', () => {
  const rules = [{ id: 'all', when: {}, action: 'allow' }]
  const { decision, trace } = explain(
    parseBundle({ version: 1, defaults: { max_body_bytes: 19 }, rules }),
    asked,
  )
  assert.equal(decision.allow, false)
  assert.deepEqual(
    trace.map((step) => step.rule),
    ['defaults.max_body_bytes'],
  )
})
