import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../system/seeded-random.fixture.ts'
import { DigestHash } from './digest-hash.ts'

const count = 4_096

/** How many of as many homes are anyone's; 63 of 100 when chance decides. */
function homesOf(hash: DigestHash, digestOf: (n: number) => Int32Array): number {
  const homes = new Set<number>()
  for (let n = 0; n < count; n++) homes.add(hash.of(digestOf(n), 0) & (count - 1))
  return homes.size
}

for (const [what, digestOf] of [
  ['begin with the same word', (n: number) => Int32Array.of(7, n)],
  ['differ in their first bytes only', (n: number) => Int32Array.of(n, 7)],
  ['differ in the last bits of their first word', (n: number) => Int32Array.of(n << 20, 7)],
  ['differ in the last bits of their second word', (n: number) => Int32Array.of(7, n << 20)],
] as const) {
  test(`digests that ${what} are spread as chance would spread them`, () => {
    for (let seed = 1; seed < 20; seed++) {
      const homes = homesOf(new DigestHash(seededRandom(seed)), digestOf)
      assert.ok(homes > 0.55 * count, `${homes} homes for ${count} digests`)
    }
  })
}

test('which digests share a home is another secret in each thread', () => {
  const [one, other] = [new DigestHash(seededRandom(1)), new DigestHash(seededRandom(2))]
  const digests = Array.from({ length: count }, (_, n) => Int32Array.of(n, ~n))
  const home = one.of(Int32Array.of(0, ~0), 0) & 63
  const together = digests.filter((digest) => (one.of(digest, 0) & 63) === home)
  assert.ok(new Set(together.map((digest) => other.of(digest, 0) & 63)).size > 16)
})

test('the hash is read from where the digest begins', () => {
  const hash = new DigestHash(seededRandom(1))
  assert.equal(hash.of(Int32Array.of(9, 9, 1, 2), 2), hash.of(Int32Array.of(1, 2), 0))
})
