import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeHmac } from '../wall/hmac.ts'
import { attenuate, mint, verify } from './chain.ts'
import { decodeToken, type Macaroon } from './codec.ts'
import { identifierFor, kidNamedBy, lifeOf, rootSet, rootsMax, type Root } from './roots.ts'
import { allCaveats, thirdParty } from './vectors.ts'

const oldKey = new Uint8Array(32).fill(1)
const newKey = new Uint8Array(32).fill(2)
const keys: readonly Root[] = [
  { kind: 'key', kid: 'new', key: newKey },
  { kind: 'key', kid: 'old', key: oldKey },
]

function minted(key: Uint8Array, identifier: string, ...predicates: string[]): Macaroon {
  const macaroon = mint(nodeHmac, { key, identifier, location: null })
  return predicates.reduce((narrower, predicate) => attenuate(nodeHmac, narrower, predicate), macaroon)
}

function verdict(macaroon: Macaroon, roots: readonly Root[]): string | null {
  return verify(nodeHmac, macaroon, rootSet(nodeHmac, roots))?.reason ?? null
}

test('an identifier of the form v1:<kid>:… is checked against the key it names', () => {
  const life = { mintedMs: 1_000, expiresMs: 2_500 }
  const identifier = identifierFor('old', Uint8Array.of(1, 2, 3), life)
  assert.equal(identifier, 'v1:old:AQID:1000-2500')
  assert.deepEqual([lifeOf(identifier), kidNamedBy(identifier)], [life, 'old'])
  for (const other of ['v1:old:AQID', 'v1:old:AQID:1000-', 'v2:old:AQID:1-2', 'v1:old:AQID:1-2:3', 'x'])
    assert.equal(lifeOf(other), null, other)
  assert.equal(verdict(minted(oldKey, identifier), keys), null)
  assert.equal(verdict(minted(oldKey, 'v1:old'), keys), null)
  assert.match(verdict(minted(newKey, 'v1:old:x'), keys) ?? '', /signature/)
  assert.match(
    verdict(minted(newKey, 'v1:gone:x'), keys) ?? '',
    /no root key .* answers to identifier "v1:gone:x"/,
  )
  assert.match(verdict(minted(newKey, 'v1::x'), keys) ?? '', /no root key/)
  assert.match(verdict(minted(newKey, 'v1:constructor:x'), keys) ?? '', /no root key/)
})

test('any other identifier is checked against the first key, so other minters choose their own', () => {
  for (const identifier of ['alice@example.org', 'v2:new:x', '\u0000\u0001', 'v1']) {
    assert.equal(verdict(minted(newKey, identifier), keys), null)
    assert.match(verdict(minted(oldKey, identifier), keys) ?? '', /signature/)
  }
})

test('an empty set trusts nothing', () => {
  assert.match(verdict(minted(newKey, 'v1:new:x'), []) ?? '', /no root key/)
  assert.match(verdict(minted(newKey, 'alice'), []) ?? '', /no root key/)
})

test('an anchor vouches for itself and everything attenuated from it, without a key', () => {
  const anchor = minted(newKey, 'v1:elsewhere:x', 'verbs = objects.*')
  const roots: readonly Root[] = [{ kind: 'anchor', macaroon: anchor }]
  assert.equal(verdict(anchor, roots), null)
  const narrower = attenuate(nodeHmac, attenuate(nodeHmac, anchor, 'path = /objects/a'), 'bytes_max = 1')
  assert.equal(verdict(narrower, roots), null)
})

test('an anchor vouches for nothing wider than itself, nor for another chain', () => {
  const parent = minted(newKey, 'id', 'verbs = objects.*')
  const anchor = attenuate(nodeHmac, parent, 'path = /objects/*')
  const roots: readonly Root[] = [{ kind: 'anchor', macaroon: anchor }]
  const stolenPrefix = { ...anchor, caveats: anchor.caveats.slice(0, 1) }
  for (const wider of [
    parent,
    minted(newKey, 'id'),
    minted(newKey, 'other', 'verbs = objects.*', 'path = /objects/*'),
  ]) {
    assert.match(verdict(wider, roots) ?? '', /no root key or trusted token/)
  }
  assert.match(verdict(stolenPrefix, roots) ?? '', /no root key or trusted token/)
  assert.match(verdict(attenuate(nodeHmac, parent, 'path = /*'), roots) ?? '', /no root key or trusted token/)
  const forged = { ...anchor, caveats: [...anchor.caveats, ...parent.caveats] }
  assert.match(verdict(forged, roots) ?? '', /signature/)
})

test('a third-party caveat of an anchor must be there unchanged, and still cannot be discharged', () => {
  const anchor = decodeToken(thirdParty.token)
  const roots: readonly Root[] = [{ kind: 'anchor', macaroon: anchor }]
  assert.match(verdict(anchor, roots) ?? '', /third-party caveat/)
  const plain = { ...anchor, caveats: anchor.caveats.map(({ id }) => ({ id, location: null, vid: null })) }
  assert.match(verdict(plain, roots) ?? '', /no root key/)
})

test('a token may descend from a key or from an anchor of the same identifier', () => {
  const issued = decodeToken(allCaveats.token)
  const roots: readonly Root[] = [
    { kind: 'key', kid: allCaveats.kid, key: allCaveats.key },
    { kind: 'anchor', macaroon: { ...issued, signature: new Uint8Array(32) } },
  ]
  assert.equal(verdict(issued, roots), null)
  assert.equal(verdict(issued, roots.toReversed()), null)
})

test('a set that is ambiguous or too large is refused', () => {
  assert.throws(() => rootSet(nodeHmac, [...keys, ...keys]), { message: /two root keys are named "new"/ })
  for (const kid of ['', 'a:b', 'a b', 'x'.repeat(65)]) {
    assert.throws(() => rootSet(nodeHmac, [{ kind: 'key', kid, key: newKey }]), {
      message: /cannot name a key/,
    })
  }
  const many = (count: number): readonly Root[] =>
    Array.from({ length: count }, (_, at) => ({ kind: 'key', kid: `k${at}`, key: newKey }))
  assert.ok(rootSet(nodeHmac, many(rootsMax)))
  assert.throws(() => rootSet(nodeHmac, many(rootsMax + 1)), { message: /17 roots; at most 16/ })
})

test('a set that is wiped vouches for nothing by its keys any more', () => {
  const set = rootSet(nodeHmac, keys)
  const macaroon = minted(oldKey, 'v1:old:x')
  assert.equal(verify(nodeHmac, macaroon, set), null)
  set.wipe()
  assert.match(verify(nodeHmac, macaroon, set)?.reason ?? '', /no root key/)
})
