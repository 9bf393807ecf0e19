import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { entriesPath, parseResource, resourcePath, resourcesOf, tilePath, type Resource } from './tile.ts'

test('a tile has the path that the specification gives it', () => {
  assert.equal(tilePath({ level: 0, index: 0, width: 256 }), 'tile/0/000')
  assert.equal(tilePath({ level: 3, index: 1_234_067, width: 256 }), 'tile/3/x001/x234/067')
  assert.equal(tilePath({ level: 1, index: 999, width: 5 }), 'tile/1/999.p/5')
  assert.equal(tilePath({ level: 1, index: 1000, width: 255 }), 'tile/1/x001/000.p/255')
  assert.equal(entriesPath(1_234_067, 256), 'tile/entries/x001/x234/067')
  assert.equal(entriesPath(0, 1), 'tile/entries/000.p/1')
})

test('a tree of 70,000 leaves consists of the tiles that the specification counts', () => {
  const paths = [...resourcesOf(70_000)].map(resourcePath)
  const of = (prefix: string) => paths.filter((path) => path.startsWith(prefix))
  assert.deepEqual([of('tile/entries/').length, of('tile/entries/').at(-1)], [274, 'tile/entries/273.p/112'])
  assert.deepEqual([of('tile/0/').length, of('tile/0/').at(-1)], [274, 'tile/0/273.p/112'])
  assert.deepEqual(of('tile/1/'), ['tile/1/000', 'tile/1/001.p/17'])
  assert.deepEqual(of('tile/2/'), ['tile/2/000.p/1'])
  assert.deepEqual([...resourcesOf(256)].map(resourcePath), [
    'tile/entries/000',
    'tile/0/000',
    'tile/1/000.p/1',
  ])
  assert.deepEqual([...resourcesOf(0)], [])
})

const resource: fc.Arbitrary<Resource> = fc
  .record({
    level: fc.option(fc.nat(63)),
    index: fc.oneof(fc.nat(2_000), fc.maxSafeNat()),
    width: fc.integer({ min: 1, max: 256 }),
  })
  .map(({ level, index, width }) =>
    level === null ? { kind: 'entries', index, width } : { kind: 'tile', tile: { level, index, width } },
  )

test('a path is read as what it was written for', () => {
  fc.assert(
    fc.property(resource, (resource) => assert.deepEqual(parseResource(resourcePath(resource)), resource)),
  )
})

for (const path of [
  '',
  'checkpoint',
  'tile/0',
  'tile/0/',
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000/001',
  'tile/0/001/x000',
  'tile/0/x001',
  'tile/00/000',
  'tile/01/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/000.p/0',
  'tile/0/000.p/256',
  'tile/0/000.p/01',
  'tile/0/000.p/',
  'tile/0/000.p',
  'tile/entry/000',
  'tile/data/000',
  '/tile/0/000',
  'tile/0/000/',
  'tile/0/x999/x999/x999/x999/x999/999',
  'tile/0/0b1',
]) {
  test(`${JSON.stringify(path)} is the path of no tile`, () => assert.equal(parseResource(path), null))
}
