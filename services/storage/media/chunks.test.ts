import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chunkAt } from './chunks.oracle.ts'
import { Chunks, type Chunk } from './chunks.ts'

const chunk: fc.Arbitrary<Chunk> = fc.record(
  { address: fc.string({ maxLength: 3 }), bytes: fc.integer({ min: 1, max: 5 }) },
  { noNullPrototype: true },
)

test('the chunk at every offset, and past the end, is the one that a walk from the beginning finds', () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), (list) => {
      const chunks = new Chunks()
      for (const each of list) chunks.append(each)
      assert.deepEqual([...chunks], list)
      assert.equal(chunks.count, list.length)
      assert.equal(
        chunks.bytes,
        list.reduce((sum, { bytes }) => sum + bytes, 0),
      )
      for (let offset = 0; offset <= chunks.bytes + 1; offset++)
        assert.deepEqual(chunks.at(offset), chunkAt(list, offset), `at ${offset}`)
    }),
  )
})
