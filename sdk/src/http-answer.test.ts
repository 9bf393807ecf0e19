import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Binding } from './carrier.ts'
import { ProtocolError } from './error.ts'
import { bindings } from './generated/operations.ts'
import { httpAnswer } from './http-answer.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

function operation(group: string, name: string): Binding {
  const found = bindings[group]?.[name]
  assert.ok(found, `${group}.${name}`)
  return found
}

test('raw bytes stay bytes; their fields come from headers and the status', () => {
  const headers = new Headers({ 'x-content-b3': 'b3:00', etag: '"b3:00"', 'content-type': 'text/plain' })
  const { fields, body } = httpAnswer(operation('objects', 'get'), 206, headers, utf8('part'))
  assert.deepEqual(fields, { address: 'b3:00', etag: '"b3:00"', content_type: 'text/plain', outcome: 'part' })
  assert.deepEqual(body, utf8('part'))
})

test('fields come from JSON, and what a header carries joins them', () => {
  const put = operation('objects', 'put')
  const { fields, body } = httpAnswer(
    put,
    201,
    new Headers({ etag: '"x"' }),
    utf8('{"name":"a","bytes":2,"outcome":"created"}'),
  )
  assert.deepEqual(fields, { name: 'a', bytes: 2, outcome: 'created', etag: '"x"' })
  assert.equal(body.length, 0)
})

test('no content is no fields', () => {
  assert.deepEqual(httpAnswer(operation('objects', 'remove'), 204, new Headers(), utf8('')).fields, {})
})

test('a header that stands for a number is one', () => {
  const bundle = operation('policy', 'getBundle')
  assert.equal(
    httpAnswer(bundle, 200, new Headers({ 'x-policy-version': '7' }), utf8('{}')).fields['version'],
    7,
  )
  for (const text of ['seven', '']) {
    assert.throws(
      () => httpAnswer(bundle, 200, new Headers({ 'x-policy-version': text }), utf8('{}')),
      (error) => error instanceof ProtocolError && /x-policy-version should be a number/.test(error.message),
    )
  }
})

test('a header that stands for a boolean is one', () => {
  const binding = {
    ...operation('objects', 'remove'),
    responseHeaders: { gone: 'x-gone' },
    fieldTypes: { gone: 'boolean' },
  } as const
  assert.equal(httpAnswer(binding, 200, new Headers({ 'x-gone': 'true' }), utf8('')).fields['gone'], true)
  assert.equal(httpAnswer(binding, 200, new Headers({ 'x-gone': 'false' }), utf8('')).fields['gone'], false)
  assert.throws(() => httpAnswer(binding, 200, new Headers({ 'x-gone': 'no' }), utf8('')), ProtocolError)
})

test('what is not a JSON object is not from a node', () => {
  for (const text of ['<html>', '[]', '7', 'null', '"a"', '{']) {
    assert.throws(
      () => httpAnswer(operation('feed', 'home'), 200, new Headers(), utf8(text)),
      ProtocolError,
      text,
    )
  }
})
