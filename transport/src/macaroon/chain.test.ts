import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeHmac } from '../wall/hmac.ts'
import { attenuate, equalBytes, mint, verify } from './chain.ts'
import { caveatsMax, decode, decodeToken, encode, type Macaroon } from './codec.ts'
import { MacaroonError } from './error.ts'
import { naiveSignature } from './macaroon.oracle.ts'
import { rootSet } from './roots.ts'
import { allCaveats, thirdParty, vectors } from './vectors.ts'

const rootsOf = (key: Uint8Array) => rootSet(nodeHmac, [{ kind: 'key', kid: allCaveats.kid, key }])
const roots = rootsOf(allCaveats.key)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('the chain of the libmacaroons README has its published signatures', () => {
  const key = Buffer.from('this is our super secret key; only we should know it')
  let macaroon = mint(nodeHmac, { key, identifier: 'we used our secret key', location: 'http://mybank/' })
  assert.equal(hex(macaroon.signature), 'e3d9e02908526c4c0039ae15114115d97fdd68bf2ba379b342aaf0f617d0552f')
  for (const [predicate, signature] of [
    ['account = 3735928559', '1efe4763f290dbce0c1d08477367e11f4eee456a64933cf662d79772dbb82128'],
    ['time < 2020-01-01T00:00', 'b5f06c8c8ef92f6c82c6ff282cd1f8bd1849301d09a2db634ba182536a611c49'],
    ['email = alice@example.org', 'ddf553e46083e55b8d71ab822be3d8fcf21d6bf19c40d617bb9fb438934474b6'],
  ] as const) {
    macaroon = attenuate(nodeHmac, macaroon, predicate)
    assert.equal(hex(macaroon.signature), signature)
  }
})

test('the chain agrees with its naive twin', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      text,
      fc.array(text, { maxLength: 6 }),
      (key, identifier, predicates) => {
        const minted = mint(nodeHmac, { key, identifier, location: null })
        const macaroon = predicates.reduce((narrower, text) => attenuate(nodeHmac, narrower, text), minted)
        assert.equal(
          hex(macaroon.signature),
          naiveSignature(nodeHmac, { key, identifier, location: null, predicates }),
        )
      },
    ),
  )
})

test('tokens of other implementations verify under their own key and no other', () => {
  for (const { key, token } of [...vectors, allCaveats]) {
    assert.equal(verify(nodeHmac, decodeToken(token), rootsOf(key)), null)
    assert.match(
      verify(nodeHmac, decodeToken(token), rootsOf(Buffer.from('this is not the key')))?.reason ?? '',
      /signature/,
    )
  }
})

test('a genuine third-party caveat is refused and named, since it cannot be discharged', () => {
  const objection = verify(nodeHmac, decodeToken(thirdParty.token), rootsOf(thirdParty.key))
  assert.match(objection?.reason ?? '', /third-party caveat needs a discharge/)
  assert.equal(objection?.caveat, 'this was how we remind auth of key/pred')
  const forged = verify(nodeHmac, decodeToken(thirdParty.token), rootsOf(Buffer.from('another key')))
  assert.match(forged?.reason ?? '', /signature/)
})

test('any bit flipped anywhere but in the location hint makes a token worthless', () => {
  for (const { token, keys } of [
    { token: allCaveats.token, keys: roots },
    { token: thirdParty.token, keys: rootsOf(thirdParty.key) },
  ]) {
    const bytes = encode(decodeToken(token))
    const hints = hintBytes(decodeToken(token), bytes)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      if (hints.has(bit >> 3)) continue
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const objection = objectionOrError(flipped, keys)
      assert.ok(objection !== null, `bit ${bit}`)
    }
  }
})

test('a caveat cannot be removed, reordered or altered', () => {
  const whole = decodeToken(allCaveats.token)
  const variants: readonly Macaroon[] = [
    { ...whole, caveats: whole.caveats.slice(0, -1) },
    { ...whole, caveats: whole.caveats.slice(1) },
    { ...whole, caveats: [] },
    { ...whole, caveats: whole.caveats.toReversed() },
    { ...whole, caveats: [...whole.caveats, ...whole.caveats.slice(0, 1)] },
    { ...whole, caveats: whole.caveats.map((caveat) => ({ ...caveat, vid: new Uint8Array(72) })) },
  ]
  assert.equal(verify(nodeHmac, whole, roots), null)
  for (const variant of variants) {
    assert.match(verify(nodeHmac, variant, roots)?.reason ?? '', /signature does not match/)
  }
})

test('attenuating needs no key and leaves the original as it was', () => {
  const original = decodeToken(allCaveats.token)
  const narrower = attenuate(nodeHmac, original, 'bytes_max = 1KiB')
  assert.equal(verify(nodeHmac, narrower, roots), null)
  assert.deepEqual(original, decodeToken(allCaveats.token))
  assert.notDeepEqual(narrower.signature, original.signature)
})

test('a caveat past the limits is refused before it is signed', () => {
  const macaroon = mint(nodeHmac, { key: allCaveats.key, identifier: 'v1:main', location: null })
  assert.throws(() => attenuate(nodeHmac, macaroon, 'x'.repeat(1025)), {
    name: 'MacaroonError',
    message: /caveat has 1025 bytes; between 1 and 1024/,
  })
  assert.throws(() => attenuate(nodeHmac, macaroon, ''), { message: /caveat has 0 bytes/ })
  assert.throws(() => mint(nodeHmac, { key: allCaveats.key, identifier: '', location: null }), {
    message: /identifier has 0 bytes/,
  })
  const full = Array.from({ length: caveatsMax }).reduce<Macaroon>(
    (narrower) => attenuate(nodeHmac, narrower, 'verbs = *'),
    macaroon,
  )
  assert.throws(() => attenuate(nodeHmac, full, 'verbs = *'), { message: /64 caveats already/ })
})

test('bytes compare equal only when every byte does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (one, other) => {
      assert.equal(equalBytes(one, other), Buffer.compare(one, other) === 0)
      assert.equal(equalBytes(one, Uint8Array.from(one)), true)
    }),
  )
})

/** Positions of the bytes of every location, which the signature does not cover. */
function hintBytes({ location, caveats }: Macaroon, bytes: Uint8Array): Set<number> {
  const hints = [location, ...caveats.map((caveat) => caveat.location)]
  return new Set(
    hints.flatMap((hint) => {
      const start = hint === null ? -1 : Buffer.from(bytes).indexOf(hint)
      return hint === null ? [] : Array.from(hint, (_, at) => start + at)
    }),
  )
}

function objectionOrError(bytes: Uint8Array, keys: ReturnType<typeof rootSet>): string | null {
  try {
    return verify(nodeHmac, decode(bytes), keys)?.reason ?? null
  } catch (error) {
    assert.ok(error instanceof MacaroonError)
    return error.message
  }
}
