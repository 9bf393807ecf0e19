// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doc, objectType, typeOf } from './schema-to-ts.mjs'

const text = { type: 'string' }

for (const [what, schema, type] of /** @type {const} */ ([
  ['text', text, 'string'],
  ['a whole number', { type: 'integer', minimum: 1 }, 'number'],
  ['a choice', { enum: ['a', 'b'] }, '"a" | "b"'],
  ['a constant', { const: 7 }, '7'],
  ['alternatives', { anyOf: [text, { type: 'null' }, text] }, 'string | null'],
  ['a list', { type: 'array', items: { enum: ['a', 'b'] } }, 'readonly ("a" | "b")[]'],
  ['a pair', { type: 'array', items: text, minItems: 2, maxItems: 2 }, 'readonly [string, string]'],
  ['a record', { type: 'object', patternProperties: { '^a': text } }, 'Readonly<Record<string, string>>'],
  ['an empty object', { type: 'object', properties: {} }, 'Readonly<Record<string, undefined>>'],
])) {
  test(`${what} has its type`, () => assert.equal(typeOf(schema), type))
}

test('members that are not required may be left out, and say so', () => {
  const schema = {
    type: 'object',
    required: ['a'],
    properties: { a: text, 'b-c': { ...text, description: 'Why.' } },
  }
  assert.equal(typeOf(schema), '{ readonly a: string\n/** Why. */\nreadonly "b-c"?: string | undefined }')
  assert.equal(objectType({ type: 'object' }, ['readonly body: Uint8Array']), '{ readonly body: Uint8Array }')
})

test('a description cannot end its comment', () => {
  assert.equal(doc('GET /o/*/x'), '/** GET /o/*\\/x */')
})

test('a schema that contracts do not use is refused rather than guessed', () => {
  assert.throws(() => typeOf({ allOf: [text] }), /no TypeScript type for the schema \{"allOf"/)
})
