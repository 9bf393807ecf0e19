import { operation, type Door } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { httpOperation, type HttpParts } from './binding.ts'

const closed = { additionalProperties: false }
const request = Type.Object(
  {
    name: Type.String({ maxLength: 5 }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
    match: Type.Optional(Type.String()),
  },
  closed,
)
const response = Type.Object({ outcome: Type.Enum(['made', 'kept', 'gone']), etag: Type.Optional(Type.String()) }, closed)

function bound(route: Door['http']['route'], requestBody: 'none' | 'bytes', responseBody: 'none' | 'bytes' = 'none') {
  const door: Door = {
    verb: 'things.do',
    code: 1,
    http: {
      route,
      status: { field: 'outcome', of: { made: 201, kept: 200, gone: 204 } },
      requestHeaders: { match: 'if-match' },
      responseHeaders: { etag: 'etag' },
    },
  }
  const shape = { summary: '', request, requestBody, response, responseBody, events: null, refusals: [] as const }
  return httpOperation(operation({ ...shape, timeoutMs: 1, door }), door)
}

function parts(change: Partial<Omit<HttpParts, 'header'>> & { headers?: Record<string, string> } = {}): HttpParts {
  const { headers = {}, ...rest } = change
  const body = new Uint8Array(0)
  return { params: { name: 'a' }, query: '', body, header: (name) => headers[name] ?? null, ...rest }
}

const json = (text: string) => ({
  body: new TextEncoder().encode(text),
  headers: { 'content-type': 'application/json' },
})
const refused = (code: string, says: RegExp) => (cause: unknown) =>
  cause instanceof Refusal && cause.code === code && says.test(cause.message)

test('fields come from the path, the headers and the query, each of its own type', () => {
  const fields = bound('GET /things/:name', 'none').request(
    parts({ query: 'count=3&tags=x&tags=y', headers: { 'if-match': '"1"' } }),
  )
  assert.deepEqual(fields, { name: 'a', count: 3, tags: ['x', 'y'], match: '"1"' })
})

test('a PUT or POST takes the other fields from its JSON body', () => {
  const fields = bound('POST /things/:name', 'none').request(parts(json('{"count":4}')))
  assert.deepEqual(fields, { name: 'a', count: 4 })
})

test('raw bytes leave the query to the fields', () => {
  const binding = bound('PUT /things/:name', 'bytes')
  assert.equal(binding.takesBytes, true)
  assert.deepEqual(binding.request(parts({ query: 'count=2', body: new Uint8Array(9) })), { name: 'a', count: 2 })
})

for (const [what, route, change, code, says] of [
  ['a field of the path in the body', 'POST /things/:name', json('{"name":"b"}'), 'BadRequest', /"name" is not a member/],
  ['an unknown member', 'POST /things/:name', json('{"x":1}'), 'BadRequest', /"x" is not a member.*count, tags/],
  ['a prototype', 'POST /things/:name', json('{"__proto__":{"count":1}}'), 'BadRequest', /"__proto__" is not a member/],
  ['JSON that is not an object', 'POST /things/:name', json('[1]'), 'BadRequest', /must be a JSON object/],
  ['half of JSON', 'POST /things/:name', json('{"count":'), 'BadRequest', /not JSON/],
  ['bytes that are not UTF-8', 'POST /things/:name', { ...json(''), body: Uint8Array.of(0x22, 0xff, 0x22) }, 'BadRequest', /not JSON/],
  ['JSON under another type', 'POST /things/:name', { ...json('{}'), headers: { 'content-type': 'text/plain' } }, 'UnsupportedMedia', /application\/json/],
  ['a query beside a JSON body', 'POST /things/:name', { query: 'count=1' }, 'BadRequest', /not a query parameter.*takes none/],
  ['a body where none is taken', 'GET /things/:name', { body: new Uint8Array(1) }, 'BadRequest', /takes no body/],
  ['a number out of bounds', 'GET /things/:name', { query: 'count=10' }, 'BadRequest', /count must be <= 9/],
  ['a text too long', 'GET /things/:name', { params: { name: 'abcdef' } }, 'BadRequest', /name must NOT have more than 5/],
  ['too many items', 'GET /things/:name', { query: 'tags=1&tags=2&tags=3' }, 'BadRequest', /tags must NOT have more than 2/],
  ['a fraction for a whole number', 'POST /things/:name', json('{"count":1.5}'), 'BadRequest', /count must be integer/],
  ['a missing field', 'GET /things', { params: {} }, 'BadRequest', /name is required/],
] as const) {
  test(`${what} is refused by name`, () => {
    assert.throws(() => bound(route, 'none').request(parts(change)), refused(code, says))
  })
}

test('the status follows the outcome, and a field that is a header is not repeated in the JSON', () => {
  const answer = bound('GET /things/:name', 'none').answer({ fields: { outcome: 'made', etag: '"1"' }, body: null })
  assert.equal(answer.status, 201)
  assert.deepEqual(answer.headers, [
    ['etag', '"1"'],
    ['content-type', 'application/json'],
  ])
  assert.equal(new TextDecoder().decode(answer.body), '{"outcome":"made"}')
})

test('raw bytes are sent as they are, and 204 sends nothing', () => {
  const binding = bound('GET /things/:name', 'none', 'bytes')
  const body = Uint8Array.of(1, 2, 3)
  assert.deepEqual(binding.answer({ fields: { outcome: 'kept' }, body }), {
    status: 200,
    headers: [['content-type', 'application/octet-stream']],
    body,
  })
  assert.equal(binding.answer({ fields: { outcome: 'gone' }, body }).body.length, 0)
})
