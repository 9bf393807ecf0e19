import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { Type } from 'typebox'
import { checkFields } from './check.ts'

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 4, pattern: '^[a-z]+$' }),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    kind: Type.Optional(Type.Enum(['in', 'out'])),
    tags: Type.Optional(Type.Array(Type.String({ maxLength: 2 }), { maxItems: 2, uniqueItems: true })),
    inner: Type.Optional(Type.Object({ deep: Type.Boolean() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
)

const sentenceFor = (fields: Fields): string => {
  try {
    checkFields(schema, fields)
  } catch (error) {
    assert.ok(error instanceof Refusal && error.code === 'BadRequest')
    return error.message
  }
  return 'accepted'
}

test('what fits passes as it is', () => {
  const fields = { name: 'ab', size: 9, kind: 'in', tags: ['a'], inner: { deep: true } }
  assert.equal(checkFields(schema, fields), fields)
})

test('each thing that does not fit is named with its limit', () => {
  const cases: [fields: Fields, says: RegExp][] = [
    [{}, /^name is required$/],
    [{ name: '' }, /^name .*1 char/],
    [{ name: 'abcde' }, /^name .*4 char/],
    [{ name: 'A' }, /^name must match \^\[a-z\]\+\$$/],
    [{ name: 1 }, /^name must be string$/],
    [{ name: 'a', size: 0 }, /^size must be >= 1$/],
    [{ name: 'a', size: 10 }, /^size must be <= 9$/],
    [{ name: 'a', size: 1.5 }, /^size must be integer$/],
    [{ name: 'a', size: '1' }, /^size must be integer$/],
    [{ name: 'a', kind: 'up' }, /^kind must be one of in, out$/],
    [{ name: 'a', tags: ['a', 'b', 'c'] }, /^tags .*2 items/],
    [{ name: 'a', tags: ['a', 'a'] }, /^tags .*duplicate/],
    [{ name: 'a', tags: ['abc'] }, /^tags\.0 .*2 char/],
    [{ name: 'a', inner: {} }, /^inner\.deep is required$/],
    [{ name: 'a', inner: { deep: true, more: 1 } }, /^inner\.more is not a field/],
    [{ name: 'a', more: 1 }, /^more is not a field/],
    [JSON.parse('{"name":"a","__proto__":{"size":1}}'), /^__proto__ is not a field/],
    [{ name: 'a', toString: 1 }, /^toString is not a field/],
  ]
  for (const [fields, says] of cases) assert.match(sentenceFor(fields), says)
})

test('a required field is not found on the prototype', () => {
  const inherits = Type.Object({ toString: Type.Any() }, { additionalProperties: false })
  assert.throws(() => checkFields(inherits, {}), /toString is required/)
})
