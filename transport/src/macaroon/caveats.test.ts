import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { caveatText, formatCaveat, parseCaveat, type Caveat } from './caveats.ts'
import { parseBlock } from './cidr.ts'
import { MacaroonError } from './error.ts'
import { utf8 } from './text.ts'
import { allCaveats } from './vectors.ts'

test('every caveat of the language is read into its value', () => {
  assert.deepEqual(allCaveats.predicates.map(parseCaveat), [
    { name: 'tenant', tenant: '00112233445566778899aabbccddeeff' },
    { name: 'verbs', verbs: ['objects.read', 'mailbox.*'] },
    { name: 'path', path: '/objects/*' },
    { name: 'expires', atMs: Date.UTC(2100, 0, 1) },
    { name: 'not_before', atMs: Date.UTC(2020, 0, 1, 0, 0, 0, 123) },
    { name: 'bytes_max', bytesMax: 65_536 },
    { name: 'ip', block: parseBlock('10.0.0.0/8') },
    { name: 'audience', audience: 'node-1' },
  ])
})

test('a client is named by its certificate, or by a name in it', () => {
  for (const client of [
    `sha256:${'0a'.repeat(32)}`,
    'cn:one of ours',
    'dns:a.example',
    'uri:spiffe://a/b',
    'ip:::1',
  ])
    assert.deepEqual(parseCaveat(`client = ${client}`), { name: 'client', client })
})

test('spaces around name and value do not matter, bytes and text are the same', () => {
  const written = { name: 'path', path: '/a b' }
  for (const text of ['path=/a b', 'path = /a b', '  path  =   /a b  ']) {
    assert.deepEqual(parseCaveat(text), written)
    assert.deepEqual(parseCaveat(utf8(text)), written)
  }
  assert.deepEqual(parseCaveat('path = /a\u00a0'), { name: 'path', path: '/a\u00a0' })
  assert.deepEqual(parseCaveat('path = /a=b'), { name: 'path', path: '/a=b' })
  assert.deepEqual(parseCaveat('verbs = a.b , c.d'), { name: 'verbs', verbs: ['a.b', 'c.d'] })
})

test('an unknown caveat is refused and the known ones are listed', () => {
  for (const name of ['account', 'Tenant', 'expire', 'toString', '__proto__', 'op']) {
    assert.throws(() => parseCaveat(`${name} = 1`), {
      name: 'MacaroonError',
      message: new RegExp(`caveat "${name}" is unknown`),
      fix: /use one of tenant, verbs, path/,
    })
  }
})

test('a predicate that is not "name = value" on one line is refused', () => {
  for (const text of [
    '',
    '=',
    'tenant',
    'tenant =',
    '= 1',
    'time < 2020',
    'path = /a\npath = /b',
    'path = /\u0000',
  ]) {
    assert.throws(() => parseCaveat(text), { name: 'MacaroonError', message: /is not a caveat/ }, text)
  }
  assert.throws(() => parseCaveat(Uint8Array.of(0x70, 0xff)), { message: /not UTF-8/ })
  assert.throws(() => parseCaveat(Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8('path = /a'))), {
    message: /unknown/,
  })
})

test('a value of the wrong form is refused and says the right one', () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['tenant', ['1', 'g'.repeat(32), '00112233445566778899AABBCCDDEEFF', '0'.repeat(33)]],
    [
      'verbs',
      [',', 'objects.read,', 'Objects.read', 'objects..read', '*.read', 'objects.*.x', 'a b', '**', 'obj*'],
    ],
    [
      'path',
      [
        'objects',
        '*',
        '/a/../b',
        '/..',
        '/a/.',
        '//a',
        '/a//b',
        '/a\\b',
        '/a*b',
        '/**',
        '/*/b',
        '/objects/..*',
      ],
    ],
    [
      'expires',
      [
        '1767225600',
        '2026-01-01',
        '2026-01-01T00:00:00',
        '2026-01-01T00:00:00+01:00',
        '2026-02-30T00:00:00Z',
      ],
    ],
    [
      'not_before',
      ['2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T23:59:60Z', '2026-01-01 00:00:00Z', 'now'],
    ],
    ['bytes_max', ['-1', 'lots', '1 GB/s', '64kib', '1e9', '99999999999999999999']],
    ['audience', ['node one', 'nöde', 'n'.repeat(257)]],
    ['client', ['app', 'sha256:AB', 'dns:a b', 'cn:ä', `sha256:${'0'.repeat(63)}`]],
  ]
  for (const [name, values] of wrong) {
    for (const value of values) {
      assert.throws(
        () => parseCaveat(`${name} = ${value}`),
        { name: 'MacaroonError', message: /is no value for caveat/, fix: new RegExp(`write ${name} as`) },
        `${name} = ${value}`,
      )
    }
  }
  assert.throws(() => parseCaveat('ip = 10.0.0.0/99'), { name: 'MacaroonError', message: /prefix/ })
})

test('a formatted caveat reads back as the same caveat', () => {
  const record = <Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
    fc.record(fields, { noNullPrototype: true })
  const caveats: fc.Arbitrary<Caveat> = fc.oneof(
    record({ name: fc.constant('tenant' as const), tenant: fc.stringMatching(/^[0-9a-f]{32}$/) }),
    record({
      name: fc.constant('verbs' as const),
      verbs: fc.array(fc.constantFrom('objects.read', 'mailbox.*', '*', 'a.b-c.d_e'), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    record({ name: fc.constant('path' as const), path: fc.stringMatching(/^\/[a-zé]{1,8}( [a-z%?])?\*?$/) }),
    record({
      name: fc.constantFrom('expires' as const, 'not_before' as const),
      atMs: fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) }),
    }),
    record({ name: fc.constant('bytes_max' as const), bytesMax: fc.nat() }),
    record({ name: fc.constant('audience' as const), audience: fc.stringMatching(/^[!-~]{1,40}$/) }),
  )
  fc.assert(fc.property(caveats, (caveat) => assert.deepEqual(parseCaveat(formatCaveat(caveat)), caveat)))
})

test('a value that no predicate can hold is refused when it is formatted', () => {
  const impossible: readonly (readonly [Caveat, RegExp])[] = [
    [{ name: 'path', path: '/a/../b' }, /is no value/],
    [{ name: 'path', path: '/a ' }, /read back as another/],
    [{ name: 'path', path: `/${'é'.repeat(600)}` }, /at most 1024 fit/],
    [{ name: 'verbs', verbs: [] }, /is not a caveat/],
    [{ name: 'bytes_max', bytesMax: -1 }, /is no value/],
    [{ name: 'audience', audience: 'a b' }, /is no value/],
  ]
  for (const [caveat, message] of impossible) {
    assert.throws(() => formatCaveat(caveat), { name: 'MacaroonError', message })
  }
})

test('random text is a caveat or the declared error', () => {
  const name = fc.constantFrom(
    'tenant',
    'verbs',
    'path',
    'expires',
    'not_before',
    'bytes_max',
    'ip',
    'audience',
    'x',
  )
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'0123456789abf:./*-TZ,KiB '.split('')) }),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.tuple(name, value).map((pair) => pair.join(' = ')),
        fc.string(),
      ),
      (text) => {
        try {
          const caveat = parseCaveat(text)
          assert.deepEqual(parseCaveat(caveatText(caveat)), caveat)
        } catch (error) {
          assert.ok(error instanceof MacaroonError, String(error))
        }
      },
    ),
    { numRuns: 2_000 },
  )
})
