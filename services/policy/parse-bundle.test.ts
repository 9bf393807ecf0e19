import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultBundle } from './default-bundle.ts'
import { BUNDLE_BYTES_MAX, parseBundle, RULES_MAX } from './parse-bundle.ts'
import { BundleError } from './reading.ts'

const tenant = 'ab'.repeat(16)
const rule = (more: object = {}) => ({ id: 'r', when: {}, action: 'allow', ...more })
const bundle = (more: object = {}) => ({ version: 1, rules: [rule()], ...more })
const withRule = (more: object) => bundle({ rules: [rule(more)] })

function refused(input: unknown, message: RegExp | string): void {
  assert.throws(
    () => parseBundle(input),
    (thrown) => {
      assert.ok(thrown instanceof BundleError)
      if (typeof message === 'string') assert.equal(thrown.message, message)
      else assert.match(thrown.message, message)
      return true
    },
  )
}

test('a full bundle is read, methods in upper case, tags in lower, stars as no question', () => {
  const text = JSON.stringify({
    version: 3,
    meta: { author: 'ops' },
    defaults: { default_action: 'allow', max_body_bytes: 4096 },
    rules: [
      {
        id: 'one',
        when: {
          tenant,
          method: 'put',
          path: '/objects/*',
          region: 'EU',
          max_body_bytes: 10,
          require_tags_all: ['Staff'],
        },
        action: 'deny',
        obligations: [{ kind: 'audit', params: { level: 'full' } }],
        reason: 'because',
      },
      { id: 'two', when: { tenant: '*', method: '*', region: '*' }, action: 'allow' },
    ],
  })
  const nothing = {
    tenant: undefined,
    method: undefined,
    path: undefined,
    region: undefined,
    maxBodyBytes: undefined,
    tags: [],
  }
  assert.deepEqual(parseBundle(text), {
    version: 3,
    meta: { author: 'ops' },
    defaults: { action: 'allow', maxBodyBytes: 4096 },
    rules: [
      {
        id: 'one',
        when: { tenant, method: 'PUT', path: '/objects/*', region: 'EU', maxBodyBytes: 10, tags: ['staff'] },
        action: 'deny',
        obligations: [{ kind: 'audit', params: { level: 'full' } }],
        reason: 'because',
      },
      { id: 'two', when: nothing, action: 'allow', obligations: [], reason: undefined },
    ],
  })
})

test('a bundle without defaults denies, and a parsed value reads like its text', () => {
  const value = bundle()
  assert.equal(parseBundle(value).defaults.action, 'deny')
  assert.deepEqual(parseBundle(value), parseBundle(JSON.stringify(value)))
})

test('the built-in bundle is a bundle', () => {
  assert.equal(parseBundle(defaultBundle).version, 1)
})

test('an unknown field is refused at every level, with its path and the fields there are', () => {
  refused(bundle({ rulez: [] }), 'rulez is not a field; bundle has version, meta, defaults, rules')
  refused(
    bundle({ defaults: { action: 'deny' } }),
    /^defaults\.action is not a field; defaults has default_action/,
  )
  refused(withRule({ effect: 'deny' }), /^rules\[0\]\.effect is not a field/)
  refused(
    bundle({ rules: [rule(), rule({ id: 's', when: { tenent: '*' } })] }),
    'rules[1].when.tenent is not a field; rules[1].when has tenant, method, path, region, max_body_bytes, require_tags_all',
  )
  refused(
    withRule({ obligations: [{ kind: 'k', parms: {} }] }),
    /^rules\[0\]\.obligations\[0\]\.parms is not a field/,
  )
  refused('{"version":1,"rules":[],"__proto__":{}}', /^__proto__ is not a field/)
})

test('what is missing is said to be missing', () => {
  refused({ rules: [] }, /^version is missing; it must be a whole number from 1/)
  refused({ version: 1 }, 'rules is missing; it must be a list')
  refused(bundle({ rules: [{ when: {}, action: 'allow' }] }), /^rules\[0\]\.id is missing/)
  refused(
    bundle({ rules: [{ id: 'r', when: {} }] }),
    'rules[0].action is missing; it must be "allow" or "deny"',
  )
  refused(withRule({ obligations: [{}] }), /^rules\[0\]\.obligations\[0\]\.kind is missing/)
  // oxlint-disable-next-line no-sparse-arrays
  refused(bundle({ rules: [, rule()] }), 'rules[0] is missing; it must be an object')
})

test('values of the wrong kind are refused with the place and what was found', () => {
  refused([], 'bundle is a list; it must be an object')
  refused(null, 'bundle is null; it must be an object')
  refused(undefined, 'bundle is missing; it must be an object')
  refused(bundle({ version: 0 }), /^version is 0; /)
  refused(bundle({ version: 1.5 }), /^version is 1\.5; /)
  refused(bundle({ version: '1' }), /^version is "1"; /)
  refused(bundle({ version: 1n }), /^version is of type bigint; /)
  refused(bundle({ rules: {} }), 'rules is of type object; it must be a list')
  refused(withRule({ action: 'Allow' }), 'rules[0].action is "Allow"; it must be "allow" or "deny"')
  refused(
    withRule({ when: { tenant: 'acme' } }),
    /tenant is "acme"; it must be 32 lower-case hex digits, or "\*"/,
  )
  refused(withRule({ when: { method: 'G T' } }), /a method such as GET/)
  for (const path of ['objects', '', '/a*b', '/a**', '**']) {
    refused(
      withRule({ when: { path } }),
      /it must be a path such as \/objects\/a, or its beginning and one \*/,
    )
  }
  refused(withRule({ when: { require_tags_all: 'beta' } }), /require_tags_all is "beta"; it must be a list/)
  refused(
    withRule({ when: { require_tags_all: [''] } }),
    /require_tags_all\[0\] is ""; it must be text of 1 to 64/,
  )
  refused(withRule({ id: 'has space' }), /^rules\[0\]\.id is "has space"/)
  refused(bundle({ meta: { author: 7 } }), /^meta\.author is 7; it must be text/)
})

test('limits are exact: what reaches them is read and one more is refused, naming the limit', () => {
  const rules = (n: number) => Array.from({ length: n }, (_, i) => rule({ id: `r${i}` }))
  assert.equal(parseBundle(bundle({ rules: rules(RULES_MAX) })).rules.length, RULES_MAX)
  refused(bundle({ rules: rules(RULES_MAX + 1) }), 'rules has 1025 items; at most 1024 are allowed')

  const tags = (n: number) => withRule({ when: { require_tags_all: Array.from({ length: n }, () => 't') } })
  parseBundle(tags(32))
  refused(tags(33), /require_tags_all has 33 items; at most 32/)

  const obligations = (n: number) =>
    withRule({ obligations: Array.from({ length: n }, () => ({ kind: 'k' })) })
  parseBundle(obligations(16))
  refused(obligations(17), /obligations has 17 items; at most 16/)

  const meta = (n: number) =>
    bundle({ meta: Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v'])) })
  parseBundle(meta(64))
  refused(meta(65), 'meta has 65 entries; at most 64 are allowed')

  parseBundle(
    withRule({ id: 'i'.repeat(64), reason: 'r'.repeat(256), when: { path: `/${'p'.repeat(511)}` } }),
  )
  refused(withRule({ id: 'i'.repeat(65) }), /at most 64/)
  refused(withRule({ reason: 'r'.repeat(257) }), /text of 1 to 256 characters/)
  refused(withRule({ when: { path: `/${'p'.repeat(512)}` } }), /text of 1 to 512 characters/)

  parseBundle(withRule({ when: { max_body_bytes: 1_048_576 } }))
  refused(withRule({ when: { max_body_bytes: 1_048_577 } }), /a whole number from 0 to 1048576/)
  refused(bundle({ defaults: { max_body_bytes: -1 } }), /^defaults\.max_body_bytes is -1/)
})

test('a text larger than a bundle may be is refused before it is parsed', () => {
  const text = JSON.stringify(bundle())
  parseBundle(text.padEnd(BUNDLE_BYTES_MAX, ' '))
  refused(text.padEnd(BUNDLE_BYTES_MAX + 1, ' '), /larger than 1048576 bytes/)
  refused('é'.repeat(BUNDLE_BYTES_MAX / 2 + 1), /larger than 1048576 bytes/)
})

test('two rules of one id are refused, and an id may not pose as a default', () => {
  refused(
    bundle({ rules: [rule(), rule({ id: 'q' }), rule()] }),
    'rules[2].id is "r", which rules[0] has; ids must differ',
  )
  refused(withRule({ id: 'defaults.max_body_bytes' }), /begins with "defaults\."; choose another id/)
})

test('text that is not JSON, or nested without end, is refused and not more', () => {
  for (const text of ['', '{', 'nul', '{"version":1,}', '\u0000']) refused(text, /^the bundle is not JSON: /)
  refused('['.repeat(500_000), /^the bundle is not JSON: /)
  refused('['.repeat(250_000) + ']'.repeat(250_000), 'bundle is a list; it must be an object')
})

test('errors stay short however long the value that caused them', () => {
  for (const input of [
    bundle({ ['f'.repeat(10_000)]: 1 }),
    withRule({ action: 'a'.repeat(10_000) }),
    bundle({ meta: { ['k'.repeat(10_000)]: 'v' } }),
  ]) {
    assert.throws(
      () => parseBundle(input),
      (thrown) => thrown instanceof BundleError && thrown.message.length < 400,
    )
  }
})

test('no JSON value makes the reader throw anything but its own error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.jsonValue(), fc.anything()), (input) => {
      try {
        parseBundle(input)
      } catch (thrown) {
        assert.ok(thrown instanceof BundleError, String(thrown))
      }
    }),
  )
})
