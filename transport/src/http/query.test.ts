import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Type, type TObject } from 'typebox'
import { Refusal } from '@ron/kernel/contract/refusals'
import { parametersMax, readQuery } from './query.ts'

const schema = Type.Object(
  {
    q: Type.Optional(Type.String()),
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    weight: Type.Optional(Type.Number()),
    deep: Type.Optional(Type.Boolean()),
    kind: Type.Optional(Type.Enum(['in', 'out'])),
    tag: Type.Optional(Type.Array(Type.String())),
    sizes: Type.Optional(Type.Array(Type.Integer())),
  },
  { additionalProperties: false },
)

const parseQuery = (query: string, of: TObject = schema) =>
  readQuery(query, of, new Set(Object.keys(of.properties)))

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === 'BadRequest' && message.test(error.message)

test('text becomes what the schema says', () => {
  assert.deepEqual(parseQuery(''), {})
  assert.deepEqual(parseQuery('q=a+b%2Bc&limit=10&weight=-1.5e3&deep=true&kind=in'), {
    q: 'a b+c',
    limit: 10,
    weight: -1500,
    deep: true,
    kind: 'in',
  })
  assert.deepEqual(parseQuery('tag=a&sizes=1&tag=b&sizes=-2'), { tag: ['a', 'b'], sizes: [1, -2] })
  assert.deepEqual(parseQuery('q='), { q: '' })
  assert.deepEqual(parseQuery('q'), { q: '' })
  assert.deepEqual(parseQuery('q=a=b='), { q: 'a=b=' })
})

test('what URLSearchParams writes is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (q) => {
      fc.pre(!/\p{Cc}/u.test(q))
      assert.deepEqual(parseQuery(new URLSearchParams({ q }).toString()), { q })
    }),
  )
})

test('names nobody declared are refused with the names there are', () => {
  assert.throws(
    () => parseQuery('limits=1'),
    refused(/"limits" is not a query parameter of this operation; it takes q, limit/),
  )
  assert.throws(() => parseQuery('a=1', Type.Object({})), refused(/it takes none/))
  for (const name of ['__proto__', 'constructor', 'toString', 'Q']) {
    assert.throws(() => parseQuery(`${name}=1`), refused(/is not a query parameter/), name)
  }
})

test('a field that comes from elsewhere is no parameter', () => {
  const names = new Set(['limit'])
  assert.deepEqual(readQuery('limit=1', schema, names), { limit: 1 })
  assert.throws(() => readQuery('q=a', schema, names), refused(/"q" is not .* it takes limit/))
})

test('a name given twice is refused unless it is a list', () => {
  assert.throws(() => parseQuery('q=a&q=b'), refused(/q is given 2 times/))
  assert.throws(() => parseQuery('q=a&%71=b'), refused(/q is given 2 times/))
})

test('text that is no number, whole number or boolean is refused', () => {
  for (const text of [
    '',
    '1.0',
    '0x10',
    '1e3',
    ' 1',
    '1 ',
    '--1',
    '99999999999999999',
    '9007199254740993',
    'NaN',
    '١',
  ]) {
    assert.throws(() => parseQuery(`limit=${encodeURIComponent(text)}`), refused(/^limit /), text)
  }
  for (const text of ['', '.', '1.', 'Infinity', 'NaN', '1e999', '0x1', '1_000', '1,5']) {
    assert.throws(() => parseQuery(`weight=${encodeURIComponent(text)}`), refused(/^weight /), text)
  }
  for (const text of ['', '1', 'yes', 'TRUE']) {
    assert.throws(() => parseQuery(`deep=${text}`), refused(/true or false/), text)
  }
})

test('broken encoding and parameters without a name are refused', () => {
  for (const query of ['q=%', 'q=%ff', 'q=%00', '%=1', 'q=a\u0000', 'q=\u00e9']) {
    assert.throws(() => parseQuery(query), refused(/query holds|query is not/), query)
  }
  for (const query of ['&', '=1', 'q=1&', '&q=1', 'q=1&&limit=1']) {
    assert.throws(() => parseQuery(query), refused(/without a name/), query)
  }
})

test('one parameter more than the limit is refused', () => {
  const full = Array.from({ length: parametersMax }, () => 'tag=a').join('&')
  assert.deepEqual(
    parseQuery(full)['tag'],
    Array.from({ length: parametersMax }, () => 'a'),
  )
  assert.throws(() => parseQuery(`${full}&tag=a`), refused(/65 parameters/))
})
