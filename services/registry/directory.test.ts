import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestNode } from '@ron/kernel/identity/test-node.fixture'
import fc from 'fast-check'
import { Directory } from './directory.ts'
import { entryOf, type Entry } from './entry.ts'

const nodes = Array.from({ length: 6 }, (_, at) => new TestNode(`node ${at}`))
const room = { entriesMax: 4, bytesMax: 1e6 }
const terms = { ttlMaxMs: 1e6, descriptorBytesMax: 16_384 }

function entry(which: number, seq: number, name = `n${which}`, expiresMs = 1_000): Entry {
  const node = nodes[which] ?? new TestNode('another')
  const signed = node.describe(0, { seq, name, expires_ms: expiresMs })
  const made = entryOf(node.node, signed.descriptor, signed.signature, 0, terms)
  assert.ok(!('refused' in made), JSON.stringify(made))
  return made
}

test('the last place is taken and the next one is refused, while those who are there renew', () => {
  const directory = new Directory(room)
  for (const which of [0, 1, 2, 3]) {
    assert.equal(directory.weigh(entry(which, 1)), 'created')
    directory.put(entry(which, 1))
  }
  const full = directory.weigh(entry(4, 1))
  assert.ok(typeof full !== 'string')
  assert.deepEqual([full.refused, full.rule], ['Full', 'registry.entries_max'])
  assert.equal(directory.weigh(entry(3, 2)), 'replaced')
})

test('bytes are counted, and those of what is replaced are free again', () => {
  const { bytes } = entry(0, 1)
  const directory = new Directory({ entriesMax: 10, bytesMax: 2 * bytes })
  directory.put(entry(0, 1))
  directory.put(entry(1, 1))
  const full = directory.weigh(entry(2, 1))
  assert.ok(typeof full !== 'string')
  assert.deepEqual([full.refused, full.rule], ['Full', 'registry.bytes_max'])
  assert.equal(directory.weigh(entry(1, 2)), 'replaced')
  directory.remove(entry(0, 1).node)
  assert.equal(directory.weigh(entry(2, 1)), 'created')
})

interface Model {
  readonly entry: Entry
}

/** The same by looking at everybody each time. */
function weighed(model: readonly Model[], next: Entry): string {
  const before = model.find(({ entry }) => entry.node === next.node)?.entry
  if (before !== undefined && before.signature === next.signature) return 'unchanged'
  if (before !== undefined && next.descriptor.seq <= before.descriptor.seq) return 'descriptor.seq'
  if (model.some(({ entry }) => entry.name === next.name && entry.node !== next.node))
    return 'descriptor.name_taken'
  if (before === undefined && model.length >= room.entriesMax) return 'registry.entries_max'
  return before === undefined ? 'created' : 'replaced'
}

test('whatever comes in whatever order, it decides and lists as one does who looks at everybody each time', () => {
  const step = fc.record({
    which: fc.nat(5),
    seq: fc.integer({ min: 1, max: 4 }),
    name: fc.constantFrom('n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'shared'),
    expiresMs: fc.integer({ min: 1, max: 60 }),
    afterMs: fc.nat(6),
    remove: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const directory = new Directory(room)
      let model: readonly Model[] = []
      let nowMs = 0
      for (const { which, seq, name, expiresMs, afterMs, remove } of steps) {
        nowMs += afterMs
        directory.expire(nowMs)
        model = model.filter(({ entry }) => entry.descriptor.expires_ms > nowMs)
        const next = entry(which, seq, name, nowMs + expiresMs)
        if (remove) {
          directory.remove(next.node)
          model = model.filter(({ entry }) => entry.node !== next.node)
        } else {
          const said = directory.weigh(next)
          assert.equal(typeof said === 'string' ? said : said.rule, weighed(model, next))
          if (said === 'created' || said === 'replaced') {
            directory.put(next)
            model = [...model.filter(({ entry }) => entry.node !== next.node), { entry: next }]
          }
        }
        const ids = model.map(({ entry }) => entry.node).toSorted()
        assert.deepEqual(
          directory.page('', 10).map(({ node }) => node),
          ids,
        )
        for (const { entry } of model) {
          assert.equal(directory.byName(entry.name), directory.byNode(entry.node))
          assert.equal(directory.byNode(entry.node)?.signature, entry.signature)
        }
        assert.equal(directory.size, model.length)
        const [first = ''] = ids
        assert.deepEqual(
          directory.page(first, 2).map(({ node }) => node),
          ids.slice(1, 3),
        )
      }
    }),
    { numRuns: 60 },
  )
})
