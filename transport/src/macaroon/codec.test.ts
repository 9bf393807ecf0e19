import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nodeHmac } from '../wall/hmac.ts'
import { attenuate, mint } from './chain.ts'
import {
  caveatsMax,
  decode,
  decodeToken,
  encode,
  encodeToken,
  fieldBytesMax,
  tokenBytesMax,
} from './codec.ts'
import { MacaroonError } from './error.ts'
import { naiveToken } from './macaroon.oracle.ts'
import { fromUtf8, utf8 } from './text.ts'
import { allCaveats, thirdParty, vectors } from './vectors.ts'

const sample = decodeToken(allCaveats.token)

test('tokens of other implementations decode to their parts and encode back byte for byte', () => {
  for (const { token, identifier, location, predicates } of vectors) {
    const macaroon = decodeToken(token)
    assert.equal(fromUtf8(macaroon.identifier), identifier)
    assert.equal(macaroon.location === null ? null : fromUtf8(macaroon.location), location)
    assert.deepEqual(
      macaroon.caveats.map((caveat) => fromUtf8(caveat.id)),
      predicates,
    )
    assert.equal(encodeToken(macaroon), token)
  }
})

test('a third-party caveat keeps its location and verification id', () => {
  const macaroon = decodeToken(thirdParty.token)
  const [first, second] = macaroon.caveats
  assert.equal(first?.vid, null)
  assert.equal(fromUtf8(second?.location ?? new Uint8Array()), 'http://auth.mybank/')
  assert.equal(second?.vid?.length, 72)
  assert.equal(encodeToken(macaroon), thirdParty.token)
})

test('a token is read from text, from raw bytes, and from raw bytes that hold the text', () => {
  const raw = encode(sample)
  assert.deepEqual(decodeToken(raw), sample)
  assert.deepEqual(decodeToken(utf8(allCaveats.token)), sample)
})

test('a macaroon does not change with the buffer it was read from', () => {
  const raw = Buffer.from(encode(sample))
  const macaroon = decodeToken(raw)
  raw.fill(0)
  assert.deepEqual(macaroon, sample)
})

test('the encoder agrees with its naive twin', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 150 })
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      text,
      fc.option(text),
      fc.array(text, { maxLength: 6 }),
      (key, identifier, location, predicates) => {
        const minted = mint(nodeHmac, { key, identifier, location })
        const macaroon = predicates.reduce((narrower, text) => attenuate(nodeHmac, narrower, text), minted)
        assert.equal(
          Buffer.from(encode(macaroon)).toString('hex'),
          naiveToken(nodeHmac, { key, identifier, location, predicates }),
        )
        assert.deepEqual(decode(encode(macaroon)), macaroon)
      },
    ),
  )
})

test('V1 and JSON macaroons are refused by name', () => {
  const v1 = 'MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsvCjAwMjZpZGVudGlmaWVyIHdlIHVzZWQgb3VyIHNlY3JldCBrZXkK'
  const json = '{"v":2,"i":"keyid","c":[],"s64":"fN7nklEcW8b1KEhYBd_psk54XijiqZMB-dcRxgnjjvc"}'
  assert.throws(() => decodeToken(v1), { name: 'MacaroonError', message: /V1 macaroon; only the V2 binary/ })
  assert.throws(() => decodeToken(json), { message: /V2 JSON macaroon; only the V2 binary/ })
  assert.throws(() => decodeToken(Buffer.from(json).toString('base64url')), { message: /V2 JSON/ })
})

test('every cut of a token is refused, and so is a byte too many', () => {
  for (const token of [allCaveats.token, thirdParty.token]) {
    const whole = encode(decodeToken(token))
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decode(whole.subarray(0, length)), MacaroonError, `cut at ${length}`)
    }
    assert.throws(() => decode(Uint8Array.from([...whole, 0])), { message: /bytes follow the signature/ })
  }
})

test('a token is refused unless it is in the one encoding it can have', () => {
  const signature = hex('0620', '11'.repeat(32))
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['03', /version 3/],
    [hex('0200', '00', signature), /not one identifier/],
    [hex('02', '020169', '040161', '00', '00', signature), /not one identifier/],
    [hex('02', '020169', '010161', '00', '00', signature), /out of order/],
    [hex('02', '020169', '020169', '00', '00', signature), /repeated/],
    [hex('02', '030169', '00', '00', signature), /field 3/],
    [hex('02', '02810069', '00', '00', signature), /longer than it needs/],
    [hex('02', '02818001', '69'), /out of range/],
    [hex('02', '820002', '0169', '00', '00', signature), /longer than it needs/],
    [
      hex('02', '020169', '00', '010161', '020162', '00', '00', signature),
      /first-party caveat has a location/,
    ],
    [hex('02', '020169', '00', '020162', '0400', '00', '00', signature), /verification id is empty/],
    [hex('02', '020169', '00', '020162', '040161', '040161', '00', '00', signature), /repeated/],
    [hex('02', '020169', '00', '00', '061f', '11'.repeat(31)), /31 bytes, not 32/],
    [hex('02', '020169', '00', '00', '0720', '11'.repeat(32)), /where the signature belongs/],
    [hex('02', '02ff1f', '69'), /4095 bytes; at most 1024/],
  ]
  for (const [digits, message] of refused) {
    assert.throws(() => decode(Buffer.from(digits, 'hex')), { name: 'MacaroonError', message }, digits)
  }
  const accepted = hex('02', '020169', '00', '020162', '00', '00', signature)
  assert.equal(decode(Buffer.from(accepted, 'hex')).caveats.length, 1)
})

test('a token at each limit is read, one past it is refused', () => {
  const plain = (caveatCount: number, caveatBytes: number) => ({
    location: null,
    identifier: utf8('i'),
    caveats: Array.from({ length: caveatCount }, () => ({
      id: new Uint8Array(caveatBytes).fill(0x61),
      location: null,
      vid: null,
    })),
    signature: new Uint8Array(32),
  })
  assert.equal(decode(encode(plain(caveatsMax, 1))).caveats.length, 64)
  assert.throws(() => encode(plain(caveatsMax + 1, 1)), { message: /more than 64 caveats/ })
  assert.equal(decode(encode(plain(1, fieldBytesMax))).caveats.length, 1)
  assert.throws(() => encode(plain(1, fieldBytesMax + 1)), { message: /1025 bytes; at most 1024/ })
  assert.throws(() => encode(plain(4, fieldBytesMax)), { message: /at most 4096/ })

  const many = hex('02', '020169', '00', '02016200'.repeat(65), '00', '0620', '11'.repeat(32))
  assert.throws(() => decode(Buffer.from(many, 'hex')), { message: /more than 64 caveats/ })
  assert.throws(() => decode(new Uint8Array(tokenBytesMax + 1).fill(2)), {
    message: /4097 bytes; at most 4096/,
  })
  assert.throws(() => decodeToken('A'.repeat(5465)), { message: /5465 characters; at most 5464/ })
  assert.throws(() => decodeToken('A'.repeat(1e6)), { message: /at most 5464/ })
})

test('random bytes and damaged tokens throw the declared error or have exactly this encoding', () => {
  const damaged = fc
    .tuple(fc.constantFrom(allCaveats.token, thirdParty.token), fc.nat(), fc.nat(255))
    .map(([token, at, byte]) => {
      const bytes = encode(decodeToken(token))
      bytes[at % bytes.length] = byte
      return bytes
    })
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from([2, ...bytes]))
  fc.assert(
    fc.property(fc.oneof(random, damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const macaroon = orNull(() => decode(bytes))
      if (macaroon !== null) assert.deepEqual(encode(macaroon), bytes)
      orNull(() => decodeToken(bytes))
    }),
    { numRuns: 2_000 },
  )
})

/** Digits of a hand-made token, piece by piece. */
function hex(...pieces: string[]): string {
  return pieces.join('')
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    assert.ok(error instanceof MacaroonError, String(error))
    return null
  }
}
