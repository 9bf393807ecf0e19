import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyBreaks, type PolicyInput } from './bundle.ts'
import { defaultBundle } from './default-bundle.ts'
import { compile } from './evaluate.ts'
import { evaluateNaively } from './evaluate.oracle.ts'
import { explain } from './explain.ts'
import { parseBundle } from './parse-bundle.ts'

const tenantA = 'aa'.repeat(16)
const tenantB = 'bb'.repeat(16)

const asked = (more: Partial<PolicyInput> = {}): PolicyInput => ({
  tenant: tenantA,
  method: 'GET',
  path: '/objects/a',
  region: undefined,
  bodyBytes: 0,
  tags: [],
  ...more,
})

function evaluator(rules: object[], defaults: object = {}) {
  return compile(parseBundle({ version: 5, defaults, rules }))
}

test('what no rule matches is denied, and the answer says that a default did it', () => {
  assert.deepEqual(evaluator([])(asked()), {
    allow: false,
    rule: 'defaults.default_action',
    reason: 'no rule matches, and the default is to deny',
    version: 5,
  })
  assert.equal(evaluator([], { default_action: 'allow' })(asked()).allow, true)
})

test('the first rule in document order wins, also over a more exact one after it', () => {
  const decide = evaluator([
    { id: 'all', when: { path: '/objects*' }, action: 'allow' },
    { id: 'exact', when: { path: '/objects/a', method: 'GET', tenant: tenantA }, action: 'deny' },
  ])
  assert.deepEqual(decide(asked()), { allow: true, rule: 'all', reason: 'rule all allows it', version: 5 })
})

test('a rule before it decides, wherever the two stand in the index', () => {
  const ways = [{ path: '/objects/a' }, { path: '/objects*' }, { path: '*' }, {}, { tenant: tenantA }]
  for (const first of ways) {
    for (const second of ways) {
      const decide = evaluator([
        { id: 'first', when: first, action: 'deny', reason: 'said so' },
        { id: 'second', when: second, action: 'allow' },
      ])
      assert.deepEqual(decide(asked()), { allow: false, rule: 'first', reason: 'said so', version: 5 })
    }
  }
})

test('a path is exact without a star and a beginning with one', () => {
  const decide = evaluator([
    { id: 'exact', when: { path: '/o' }, action: 'allow' },
    { id: 'below', when: { path: '/o/*' }, action: 'allow' },
  ])
  const rule = (path: string) => decide(asked({ path })).rule
  assert.equal(rule('/o'), 'exact')
  assert.equal(rule('/o/'), 'below')
  assert.equal(rule('/o/b3:x/y'), 'below')
  assert.equal(rule('/objects'), 'defaults.default_action')
  assert.equal(rule('/O'), 'defaults.default_action')
})

test('a body over the default cap is denied before any rule, and one at the cap is not', () => {
  const decide = evaluator([{ id: 'all', when: {}, action: 'allow' }], { max_body_bytes: 10 })
  assert.equal(decide(asked({ bodyBytes: 10 })).rule, 'all')
  assert.deepEqual(decide(asked({ bodyBytes: 11 })), {
    allow: false,
    rule: 'defaults.max_body_bytes',
    reason: 'the body is larger than the 10 bytes the policy allows',
    version: 5,
  })
})

test('a body over a rule’s cap passes the rule by', () => {
  const decide = evaluator([
    { id: 'small', when: { max_body_bytes: 10 }, action: 'allow' },
    { id: 'rest', when: {}, action: 'deny' },
  ])
  assert.equal(decide(asked({ bodyBytes: 10 })).rule, 'small')
  assert.equal(decide(asked({ bodyBytes: 11 })).rule, 'rest')
})

test('all wanted tags must be there, in any case and among others', () => {
  const decide = evaluator([{ id: 'tagged', when: { require_tags_all: ['Beta', 'staff'] }, action: 'allow' }])
  assert.equal(decide(asked({ tags: ['STAFF', 'other', 'beta'] })).allow, true)
  assert.equal(decide(asked({ tags: ['staff'] })).allow, false)
})

test('a region is asked for exactly, and a request without one has none', () => {
  const decide = evaluator([{ id: 'eu', when: { region: 'EU' }, action: 'allow' }])
  assert.equal(decide(asked({ region: 'EU' })).allow, true)
  assert.equal(decide(asked({ region: 'US-FL' })).allow, false)
  assert.equal(decide(asked()).allow, false)
})

test('the built-in bundle opens every facet and nothing beside them', () => {
  const decide = compile(parseBundle(defaultBundle))
  const paths = [
    '/objects',
    '/objects/a/b',
    '/o',
    '/o/b3:x',
    '/media',
    '/media/a/b',
    '/media-stored',
    '/graph',
    '/search',
    '/feed/home',
    '/v1/mailbox/send',
  ]
  for (const path of [...paths, '/zk/verify', '/overlay/ceilings', '/policy/bundle']) {
    assert.equal(decide(asked({ path })).allow, true, path)
  }
  for (const path of ['/', '/oap', '/wallet/x', '/v1', '/admin', '/other', '/OBJECTS/a', '']) {
    assert.equal(decide(asked({ path })).allow, false, path)
  }
})

const path = fc.constantFrom('/', '/o', '/o/', '/o/a', '/o/ab', '/objects', '/objects/a', '/x')
const pattern = fc.oneof(
  path,
  path.map((path) => `${path}*`),
  fc.constant('*'),
)
const method = fc.constantFrom('GET', 'PUT')
const tag = fc.constantFrom('a', 'B', 'c')
const some = <Value>(values: fc.Arbitrary<Value>) => fc.oneof(values, fc.constant(undefined))
const limit = fc.constantFrom(0, 1, 5, 10)
const when = fc.record(
  {
    tenant: fc.constantFrom(tenantA, tenantB, '*'),
    method: fc.constantFrom('GET', 'put', '*'),
    path: pattern,
    region: fc.constantFrom('EU', 'US', '*'),
    max_body_bytes: limit,
    require_tags_all: fc.uniqueArray(tag, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)
const bundles = fc
  .record({
    rules: fc.array(fc.record({ when, action: fc.constantFrom('allow', 'deny') }), { maxLength: 12 }),
    defaults: fc.record(
      { default_action: fc.constantFrom('allow', 'deny'), max_body_bytes: limit },
      { requiredKeys: [] },
    ),
  })
  .map(({ rules, defaults }) =>
    parseBundle({ version: 1, defaults, rules: rules.map((rule, i) => ({ id: `r${i}`, ...rule })) }),
  )
const inputs = fc.record({
  tenant: fc.constantFrom(tenantA, tenantB),
  method,
  path,
  region: some(fc.constantFrom('EU', 'US')),
  bodyBytes: fc.nat(12),
  tags: fc.uniqueArray(tag),
})

test('the index decides as reading rule by rule does, and so does the explanation', () => {
  fc.assert(
    fc.property(bundles, fc.array(inputs, { minLength: 1, maxLength: 20 }), (bundle, inputs) => {
      const decide = compile(bundle)
      for (const input of inputs) {
        const wanted = evaluateNaively(bundle, input)
        assert.deepEqual(decide(input), wanted)
        assert.deepEqual(explain(bundle, input).decision, wanted)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('between two neighbouring body breaks the decision is the same, so it may be cached for all of them', () => {
  fc.assert(
    fc.property(bundles, inputs, (bundle, input) => {
      const breaks = bodyBreaks(bundle)
      assert.deepEqual(
        breaks,
        [...new Set(breaks)].sort((a, b) => a - b),
      )
      const cached = new Map<number, string>()
      const decide = compile(bundle)
      for (let bodyBytes = 0; bodyBytes <= 12; bodyBytes++) {
        const bucket = breaks.filter((at) => at < bodyBytes).length
        const decision = JSON.stringify(decide({ ...input, bodyBytes }))
        assert.equal(cached.get(bucket) ?? decision, decision)
        cached.set(bucket, decision)
      }
    }),
  )
})
