/** Changes for property tests: few names, so that they meet, and some that are hard to write down. */

import fc from 'fast-check'
import type { Change } from './change.ts'

export const tenants = ['0'.repeat(32), '0123456789abcdef'.repeat(2)]
export const names = ['a', 'b', 'c', 'd', 'e', 'ünï', '東京']

const record = <Shape>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc.record(shape, { noNullPrototype: true })
const tenant = fc.constantFrom(...tenants)
const name = fc.constantFrom(...names)
const edge = fc.constantFrom('likes', 'link', 'owns')
const weight = fc.oneof(fc.constantFrom(0.5, 1, 2), fc.double({ min: -1e12, max: 1e12, noNaN: true }))
const link = record({ from: name, to: name, edge, weight })
const words = fc.array(fc.constantFrom('ant', 'bee', 'cat', 'dog', 'élan', '京')).map((all) => all.join(' '))
const fields = fc.dictionary(fc.constantFrom('title', 'body', 'note'), words, {
  minKeys: 1,
  noNullPrototype: true,
})
const tags = fc.uniqueArray(fc.constantFrom('x', 'y'))

export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  record({
    kind: fc.constant('link' as const),
    tenant,
    links: fc.array(link, { minLength: 1, maxLength: 12 }),
  }),
  record({ kind: fc.constant('unlink' as const), tenant, from: name, to: name, edge }),
  record({
    kind: fc.constant('removeNode' as const),
    tenant,
    node: name,
    edgesMax: fc.integer({ min: 1, max: 4 }),
  }),
  record({
    kind: fc.constant('putDoc' as const),
    tenant,
    doc: record({ id: name, fields, tags }),
  }),
  record({ kind: fc.constant('removeDoc' as const), tenant, id: name }),
)
