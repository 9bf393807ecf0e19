import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Binding } from './carrier.ts'
import { httpRequest } from './http-request.ts'

const none = new Uint8Array(0)

function binding(route: string, more: Partial<Binding> = {}): Binding {
  return {
    protocol: 1,
    code: 1,
    route,
    requestHeaders: {},
    responseHeaders: {},
    statusField: null,
    statuses: {},
    requestBody: 'none',
    responseBody: 'none',
    subscription: false,
    timeoutMs: 1_000,
    fieldTypes: {},
    ...more,
  }
}

test('fields go where the binding says: path, header, and the rest into the query', () => {
  const get = binding('GET /objects/*name', { requestHeaders: { if_none_match: 'if-none-match' } })
  const request = httpRequest(
    get,
    { name: 'a/b', if_none_match: '"x"', limit: 3, deep: true, gone: undefined },
    none,
  )
  assert.deepEqual(request, {
    method: 'GET',
    target: '/objects/a/b?limit=3&deep=true',
    headers: { 'if-none-match': '"x"' },
    body: null,
  })
})

test('a PUT or POST without raw bytes carries the rest as JSON', () => {
  const request = httpRequest(
    binding('POST /v1/mailbox/ack/:msg_id'),
    { msg_id: 'M', attrs: { a: 'b' }, n: [1] },
    none,
  )
  assert.equal(request.target, '/v1/mailbox/ack/M')
  assert.deepEqual(request.headers, { 'content-type': 'application/json' })
  assert.equal(request.body, '{"attrs":{"a":"b"},"n":[1]}')
})

test('raw bytes are the body, and the rest goes into the query', () => {
  const body = new TextEncoder().encode('hi')
  const request = httpRequest(
    binding('PUT /o/:address', { requestBody: 'bytes' }),
    { address: 'b3:00', mode: 'x' },
    body,
  )
  assert.equal(request.target, '/o/b3%3A00?mode=x')
  assert.equal(request.body, body)
})

test('bytes in shared memory are copied, since fetch refuses them', () => {
  const body = new Uint8Array(new SharedArrayBuffer(2)).fill(7)
  const request = httpRequest(binding('POST /o', { requestBody: 'bytes' }), {}, body)
  assert.deepEqual(request.body, new Uint8Array([7, 7]))
  assert.notEqual(request.body, body)
})

test('values are encoded, and cannot leave their place', () => {
  const one = httpRequest(binding('GET /graph/nodes/:node'), { node: 'a/b?c#d%', q: 'x&y=z w' }, none)
  assert.equal(one.target, '/graph/nodes/a%2Fb%3Fc%23d%25?q=x%26y%3Dz+w')
  const rest = httpRequest(binding('GET /objects/*name'), { name: 'dir/ä b?' }, none)
  assert.equal(rest.target, '/objects/dir/%C3%A4%20b%3F')
})

test('a list in the query is its name repeated', () => {
  assert.equal(httpRequest(binding('GET /x'), { tag: ['a', 'b'] }, none).target, '/x?tag=a&tag=b')
})

test('a name that would make another path is refused', () => {
  for (const name of ['..', '../o/b3:00', 'a/../b', 'a/.', '.']) {
    assert.throws(
      () => httpRequest(binding('GET /objects/*name'), { name }, none),
      /"\." or "\.\." as a segment/,
      name,
    )
  }
  assert.throws(() => httpRequest(binding('GET /graph/nodes/:node'), { node: '..' }, none), TypeError)
  assert.throws(
    () => httpRequest(binding('GET /objects/*name'), { name: '' }, none),
    /name must not be empty/,
  )
  assert.throws(() => httpRequest(binding('GET /objects/*name'), {}, none), /name must not be empty/)
})

test('an object has no place outside a JSON body', () => {
  assert.throws(
    () => httpRequest(binding('GET /x'), { where: { a: 1 } }, none),
    /where must be text, a number or a boolean/,
  )
})
