import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BlobsSegment, newBlobsMemory, pageBytes } from './blobs-segment.ts'
import { seededRandom } from '../system/seeded-random.fixture.ts'
import { DigestIndex } from './digest-index.ts'

const digestsMax = 48

/** A segment with room for an entry of each digest, and more. */
const newSegment = () => new BlobsSegment(newBlobsMemory(2 * digestsMax * pageBytes))

/** Every third shares its home with the others of its third, whatever the hash. */
const digestOf = (n: number) => Int32Array.of(n % 3, 0, 0, 0, 0, 0, 0, n)

/** Under this hash all digests share one home. */
const allTogether = { ...seededRandom(1), bytes: (length: number) => new Uint8Array(length) }

const deed = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'remove', 'reopen'),
  digest: fc.nat(digestsMax - 1),
  entry: fc.nat(2 * digestsMax - 1),
})

test('through any history of entries that come and go, it finds what a map would', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(deed, { maxLength: 300, size: 'max' }), (seed, deeds) => {
      const segment = newSegment()
      let index = new DigestIndex(segment, seededRandom(seed))
      const expected = new Map<number, number>()
      for (const { kind, digest, entry } of deeds) {
        if (kind === 'reopen') {
          index = new DigestIndex(segment, seededRandom(seed + 1))
          const kept = new Set(expected.values())
          index.fill(
            segment.pages,
            (held) => kept.has(held),
            () => {},
          )
        }
        if (kind === 'remove') {
          const held = expected.get(digest)
          if (held !== undefined) index.remove(held)
          expected.delete(digest)
        }
        if (kind === 'add' && ![...expected.values()].includes(entry)) {
          segment.describe(entry, 0, digestOf(digest))
          assert.equal(index.add(entry), !expected.has(digest))
          if (!expected.has(digest)) expected.set(digest, entry)
        }
        for (let n = 0; n < digestsMax; n++) assert.equal(index.find(digestOf(n)), expected.get(n))
      }
    }),
    { numRuns: 200 },
  )
})

test('a segment full of entries is found again, also when the index did not expect them', () => {
  const segment = new BlobsSegment(newBlobsMemory(5_000 * pageBytes))
  const late = new DigestIndex(segment, seededRandom(1))
  for (let entry = 0; entry < segment.pages; entry++) {
    segment.describe(entry, 0, Int32Array.of(entry, entry, 0, 0, 0, 0, 0, 0))
    assert.ok(late.add(entry))
  }
  const early = new DigestIndex(segment, seededRandom(2))
  early.fill(
    segment.pages,
    () => true,
    (entry) => assert.fail(`entry ${entry} is lost`),
  )
  for (const index of [late, early]) {
    for (let entry = 0; entry < segment.pages; entry++)
      assert.equal(index.find(Int32Array.of(entry, entry, 0, 0, 0, 0, 0, 0)), entry)
  }
})

test('of the entries with one digest the uppermost that is kept stays, and those below are not asked about', () => {
  const segment = newSegment()
  for (let entry = 0; entry < 6; entry++) segment.describe(entry, 0, digestOf(entry % 2))
  const index = new DigestIndex(segment, seededRandom(1))
  const [asked, lost]: [number[], number[]] = [[], []]
  const isKept = (entry: number) => asked.push(entry) > 1
  index.fill(6, isKept, (entry) => lost.push(entry))
  assert.deepEqual(asked, [5, 4, 3])
  assert.deepEqual(lost, [5, 2, 1, 0])
  assert.equal(index.find(digestOf(0)), 4)
  assert.equal(index.find(digestOf(1)), 3)
})

test('digests that differ in any one word are not taken for each other', () => {
  const segment = newSegment()
  const index = new DigestIndex(segment, allTogether)
  for (let entry = 0; entry < 8; entry++) {
    segment.describe(entry, 0, new Int32Array(8).fill(1, entry, entry + 1))
    assert.ok(index.add(entry))
  }
  for (let entry = 0; entry < 8; entry++) {
    assert.equal(index.find(new Int32Array(8).fill(1, entry, entry + 1)), entry)
    assert.equal(index.find(new Int32Array(8).fill(2, entry, entry + 1)), undefined)
  }
})

test('to remove what is not in here is a fault, also when another entry has its digest', () => {
  const segment = newSegment()
  const index = new DigestIndex(segment, seededRandom(1))
  segment.describe(0, 0, digestOf(1))
  segment.describe(1, 0, digestOf(1))
  index.add(0)
  assert.throws(() => index.remove(1), /entry 1 is not in the index/)
  assert.equal(index.find(digestOf(1)), 0)
})
