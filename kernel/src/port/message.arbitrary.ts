/** Messages of every kind, with values that are easily got wrong. */

import fc from 'fast-check'
import { refusals, type RefusalCode, type RefusalMore } from '../contract/refusals.ts'
import type { Fields, Message, Value } from '../ports/port.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom('', 'name', '__proto__', 'constructor', '\ud800', '\u00ff', '\u0100', 'a'.repeat(300)),
)
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53),
)
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null))
const { fields } = fc.letrec<{ value: Value; fields: Fields }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    tie('fields'),
  ),
  fields: fc.dictionary(text, fc.option(tie('value'), { nil: undefined }), {
    maxKeys: 6,
    noNullPrototype: false,
  }),
}))

const body = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc
      .constantFrom(1024, 1025, 16 * 1024, 16 * 1024 + 1, 40_000)
      .map((length) => new Uint8Array(length).fill(length)),
  ),
)
const id = fc.oneof(fc.nat(300), fc.maxSafeNat())
const code = fc.constantFrom(...(Object.keys(refusals) as RefusalCode[]))
const more: fc.Arbitrary<RefusalMore> = fc.record(
  {
    retryAfterMs: number,
    explain: fc.record({ wall: text, rule: text, caveat: text, fix: text }, { requiredKeys: ['wall'] }),
    headers: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  },
  { requiredKeys: [] },
)

export const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    id,
    operation: text,
    fields,
    body,
    caller: fc.record({ subject: text, tenant: text, traceId: text }),
    timeoutMs: number,
  }),
  fc.record({ kind: fc.constant('reply' as const), id, micros: id, fields, body }),
  fc.record({ kind: fc.constant('event' as const), id, also: fc.array(id, { maxLength: 5 }), fields }),
  fc.record({ kind: fc.constant('credit' as const), id, events: id }),
  fc.record({ kind: fc.constantFrom('cancel' as const, 'opened' as const), id }),
  fc.record({ kind: fc.constant('refusal' as const), id, micros: id, code, message: text, more }),
)
