import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Docs } from './docs.ts'
import { bytesOf } from './text-index.ts'

test('a document comes back as it was put, also half a pair of surrogates', () => {
  const docs = new Docs(1)
  const doc = {
    id: 'élan',
    fields: { title: '東京', body: 'half: \ud800', __proto__x: '' },
    tags: ['a', 'b'],
  }
  const slot = docs.put(doc)
  assert.deepEqual(docs.get(slot), doc)
  assert.deepEqual([docs.slotOf('élan'), docs.idOf(slot), docs.size], [slot, 'élan', 1])
  assert.equal(docs.bytesOf(slot), bytesOf(doc))
})

test('a document that is replaced keeps its slot, and one that is removed leaves it to the next', () => {
  const docs = new Docs(1)
  const doc = (id: string, body: string) => ({ id, fields: { body }, tags: [] })
  const [a, b] = [docs.put(doc('a', 'one')), docs.put(doc('b', 'two'))]
  assert.equal(docs.put(doc('a', 'three')), a)
  assert.deepEqual(
    [...docs].map(({ id }) => id),
    ['a', 'b'],
  )
  docs.remove(a)
  assert.throws(() => docs.idOf(a), /no document has slot/)
  assert.deepEqual([docs.slotOf('a'), docs.put(doc('c', '')), docs.span], [undefined, a, 2])
  assert.deepEqual([docs.get(a).id, docs.get(b).fields.body], ['c', 'two'])
})
