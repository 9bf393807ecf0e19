/** Queries: whatever comes in becomes declared fields of the declared types, or is refused. */

import assert from 'node:assert/strict'
import { Type } from 'typebox'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Value } from '@ron/kernel/ports/port'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { readQuery } from './query.ts'

const schema = Type.Object({
  q: Type.String(),
  limit: Type.Integer(),
  weight: Type.Number(),
  deep: Type.Boolean(),
  tag: Type.Array(Type.Integer()),
})

export const seeds: readonly Uint8Array[] = [
  'q=a+%41&limit=-1',
  'weight=1.5e3&deep=true',
  'tag=1&tag=2',
  'q=%c3%a9',
].map((text) => new TextEncoder().encode(text))

export function run(input: Uint8Array): void {
  const query = String.fromCharCode(...input.subarray(0, 4_000))
  const fields = orDeclared(
    () => readQuery(query, schema, names),
    (thrown) => thrown instanceof Refusal,
  )
  for (const [name, value] of Object.entries(fields ?? {})) {
    const holds = types.get(name)
    assert.ok(holds?.(value), `${name} became ${JSON.stringify(value)}`)
  }
}

const names = new Set(Object.keys(schema.properties))
const isWhole = (value: Value | undefined) => Number.isSafeInteger(value)
const types = new Map<string, (value: Value) => boolean>([
  ['q', (value) => typeof value === 'string' && !/\p{Cc}/u.test(value)],
  ['limit', isWhole],
  ['weight', (value) => typeof value === 'number' && Number.isFinite(value)],
  ['deep', (value) => typeof value === 'boolean'],
  ['tag', (value) => Array.isArray(value) && value.length > 0 && value.every(isWhole)],
])
