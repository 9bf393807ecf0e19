import assert from 'node:assert/strict'
import test from 'node:test'
import { operation, type BodyKind, type HttpBinding } from '@ron/kernel/contract/contract'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import { Type, type TObject } from 'typebox'
import { noHeaders } from '../listener/header-block.ts'
import { headerPairs } from '../listener/header-pairs.fixture.ts'
import { httpOperation, type HttpParts } from './binding.ts'

const closed = { additionalProperties: false }

interface Shape {
  readonly request?: TObject
  readonly requestBody?: BodyKind
  readonly response?: TObject
  readonly responseBody?: BodyKind
  readonly http: Partial<HttpBinding> & Pick<HttpBinding, 'route'>
}

function bound({ request, requestBody = 'none', response, responseBody = 'none', http }: Shape) {
  const door = {
    verb: 'things.do',
    code: 1,
    http: { status: 200, requestHeaders: {}, responseHeaders: {}, ...http },
  }
  const declared = operation({
    summary: 'Does a thing.',
    request: request ?? Type.Object({}, closed),
    requestBody,
    response: response ?? Type.Object({}, closed),
    responseBody,
    events: null,
    refusals: [],
    timeoutMs: 1_000,
    door,
  })
  return httpOperation(declared, door)
}

const bytes = (text: string) => new TextEncoder().encode(text)

function parts(
  given: Partial<Omit<HttpParts, 'header' | 'body'>> & { headers?: Record<string, string>; body?: string },
) {
  const { headers = {}, body = '', ...rest } = given
  return {
    params: {},
    query: '',
    ...rest,
    header: (name: string) => headers[name] ?? null,
    body: bytes(body),
  }
}

const json = { 'content-type': 'application/json' }
const refused = (code: RefusalCode, message: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.code === code && message.test(error.message)

const put = bound({
  request: Type.Object(
    {
      id: Type.String({ maxLength: 10 }),
      revision: Type.Optional(Type.Integer({ minimum: 1 })),
      title: Type.String({ minLength: 1, maxLength: 5 }),
      tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
    },
    closed,
  ),
  http: { route: 'PUT /things/:id', requestHeaders: { revision: 'x-revision' } },
})

test('fields come from the path, the named headers and the JSON body', () => {
  const given = parts({
    params: { id: 'a' },
    headers: { ...json, 'x-revision': '3' },
    body: '{"title":"one","tags":["x"]}',
  })
  assert.deepEqual({ ...put.request(given) }, { id: 'a', revision: 3, title: 'one', tags: ['x'] })
})

test('a member that belongs in the path or a header is unknown in the body', () => {
  for (const member of ['"id":"b"', '"revision":4', '"other":1', '"__proto__":{}', '"constructor":1']) {
    const given = parts({ params: { id: 'a' }, headers: json, body: `{"title":"one",${member}}` })
    assert.throws(() => put.request(given), refused('BadRequest', /not a member of this body/), member)
  }
})

test('a query beside a JSON body is refused', () => {
  const given = parts({ params: { id: 'a' }, query: 'title=two', headers: json, body: '{"title":"one"}' })
  assert.throws(() => put.request(given), refused('BadRequest', /"title" is not a query parameter/))
})

test('a JSON body says that it is JSON', () => {
  const body = '{"title":"one"}'
  for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
    assert.equal(
      put.request(parts({ params: { id: 'a' }, headers: { 'content-type': type }, body }))['title'],
      'one',
    )
  }
  for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/jsonp' }]) {
    const given = parts({ params: { id: 'a' }, headers, body })
    assert.throws(() => put.request(given), refused('UnsupportedMedia', /application\/json/))
  }
})

test('a body that is no JSON object is refused', () => {
  for (const body of [
    '{',
    'null',
    '[]',
    '"text"',
    '1',
    '{"title":"one"}x',
    `{"title":${'['.repeat(100_000)}`,
  ]) {
    const given = parts({ params: { id: 'a' }, headers: json, body })
    assert.throws(() => put.request(given), refused('BadRequest', /JSON/), body.slice(0, 20))
  }
  const notUtf8 = { ...parts({ params: { id: 'a' }, headers: json }), body: Uint8Array.of(0x22, 0xff, 0x22) }
  assert.throws(() => put.request(notUtf8), refused('BadRequest', /not JSON/))
})

test('an absent body is an empty object: fine where nothing is required', () => {
  assert.throws(() => put.request(parts({ params: { id: 'a' } })), refused('BadRequest', /title is required/))
  const poke = bound({
    request: Type.Object({ hard: Type.Optional(Type.Boolean()) }, closed),
    http: { route: 'POST /poke' },
  })
  assert.deepEqual({ ...poke.request(parts({})) }, {})
})

test('what does not fit the schema is refused with the field and the limit', () => {
  const ask = (body: string, headers: Record<string, string> = {}) =>
    put.request(parts({ params: { id: 'a' }, headers: { ...json, ...headers }, body }))
  assert.throws(() => ask('{"title":"toolong"}'), refused('BadRequest', /title .*5/))
  assert.throws(() => ask('{"title":1}'), refused('BadRequest', /title .*string/))
  assert.throws(() => ask('{"title":"a","tags":["x","y","z"]}'), refused('BadRequest', /tags .*2/))
  assert.throws(() => ask('{"title":"a","tags":[1]}'), refused('BadRequest', /tags\.0 .*string/))
  assert.throws(() => ask('{"title":"a"}', { 'x-revision': '0' }), refused('BadRequest', /revision .*1/))
  assert.throws(
    () => ask('{"title":"a"}', { 'x-revision': 'x' }),
    refused('BadRequest', /revision .*whole number/),
  )
})

test('without a JSON body, fields come from the query', () => {
  const get = bound({
    request: Type.Object({ id: Type.String(), limit: Type.Optional(Type.Integer({ maximum: 9 })) }, closed),
    http: { route: 'GET /things/:id' },
  })
  assert.deepEqual(
    { ...get.request(parts({ params: { id: 'a' }, query: 'limit=3' })) },
    { id: 'a', limit: 3 },
  )
  assert.throws(
    () => get.request(parts({ params: { id: 'a' }, query: 'limit=10' })),
    refused('BadRequest', /limit .*9/),
  )
  assert.throws(
    () => get.request(parts({ params: { id: 'a' }, query: 'id=b' })),
    refused('BadRequest', /it takes limit/),
  )
  assert.throws(
    () => get.request(parts({ params: { id: 'a' }, body: '{}' })),
    refused('BadRequest', /takes no body/),
  )
})

test('a body of raw bytes is not looked into, and fields come from the query', () => {
  const store = bound({
    request: Type.Object({ type: Type.Optional(Type.String()), ttl: Type.Optional(Type.Integer()) }, closed),
    requestBody: 'bytes',
    http: { route: 'POST /o', requestHeaders: { type: 'content-type' } },
  })
  assert.equal(store.takesBytes, true)
  const given = parts({ query: 'ttl=5', headers: { 'content-type': 'image/png' }, body: '{broken' })
  assert.deepEqual({ ...store.request(given) }, { type: 'image/png', ttl: 5 })
})

const read = bound({
  response: Type.Object({ outcome: Type.String(), etag: Type.String(), bytes: Type.Integer() }, closed),
  responseBody: 'bytes',
  http: {
    route: 'GET /o/:address',
    status: { field: 'outcome', of: { whole: 200, part: 206, unchanged: 304 } },
    responseHeaders: { etag: 'etag', bytes: 'x-bytes', type: 'content-type' },
  },
})

test('a field picks the status, and fields with a header are written there', () => {
  const answer = read.answer({ fields: { outcome: 'part', etag: '"b3:1"', bytes: 2 }, body: bytes('hi') })
  assert.deepEqual([answer.status, answer.body], [206, bytes('hi')])
  assert.deepEqual(headerPairs(answer.headers), [
    ['etag', '"b3:1"'],
    ['x-bytes', '2'],
    ['content-type', 'application/octet-stream'],
  ])
})

test('a type the service gives wins over the general one', () => {
  const { headers } = read.answer({
    fields: { outcome: 'whole', etag: 'x', bytes: 0, type: 'text/plain' },
    body: null,
  })
  assert.deepEqual(
    headerPairs(headers).filter(([name]) => name === 'content-type'),
    [['content-type', 'text/plain']],
  )
})

test('204 and 304 carry headers and no body', () => {
  const unchanged = read.answer({
    fields: { outcome: 'unchanged', etag: 'x', bytes: 0 },
    body: bytes('unsent'),
  })
  assert.deepEqual([unchanged.status, unchanged.body.length], [304, 0])
  const gone = bound({ http: { route: 'DELETE /o/:address', status: 204 } }).answer({
    fields: {},
    body: null,
  })
  assert.deepEqual(gone, { status: 204, headers: noHeaders, body: new Uint8Array(0) })
})

test('an answer that will be given again is written once, any other anew', () => {
  const answer = { fields: { outcome: 'whole', etag: 'x', bytes: 0 }, body: bytes('hi') }
  assert.notEqual(read.answer(answer), read.answer(answer))
  const lasting = { ...answer, lasting: true } as const
  assert.deepEqual(read.answer(lasting), read.answer(answer))
  assert.equal(read.answer(lasting), read.answer(lasting))
})

test('an outcome without a status is a mistake that shows', () => {
  assert.throws(
    () => read.answer({ fields: { outcome: 'other' }, body: null }),
    /no status for the outcome other/,
  )
})

test('JSON answers leave out what the headers say', () => {
  const post = bound({
    response: Type.Object(
      { outcome: Type.String(), location: Type.String(), n: Type.Optional(Type.Integer()) },
      closed,
    ),
    http: {
      route: 'POST /o',
      status: { field: 'outcome', of: { created: 201 } },
      responseHeaders: { location: 'location' },
    },
  })
  const answer = post.answer({ fields: { outcome: 'created', location: '/o/1', n: undefined }, body: null })
  assert.equal(answer.status, 201)
  assert.deepEqual(headerPairs(answer.headers), [
    ['location', '/o/1'],
    ['content-type', 'application/json'],
  ])
  assert.deepEqual(JSON.parse(Buffer.from(answer.body).toString()), { outcome: 'created' })
})
