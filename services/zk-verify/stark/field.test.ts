import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as ext from './extension.ts'
import type { Ext } from './extension.ts'
import { add, inverse, mul, order, power, rootOfUnity, sub } from './field.ts'

const p = BigInt(order)
/** Everywhere, and more often where a quotient could come out one off. */
const element = fc.oneof(
  fc.integer({ min: 0, max: order - 1 }),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: order - 3, max: order - 1 }),
)
const extension = fc.tuple(element, element, element, element, element)
const runs = { numRuns: 2_000, seed: 1 }

test('sums, differences and products are those of whole numbers modulo p', () => {
  fc.assert(
    fc.property(element, element, (a, b) => {
      assert.equal(BigInt(add(a, b)), (BigInt(a) + BigInt(b)) % p)
      assert.equal(BigInt(sub(a, b)), (BigInt(a) - BigInt(b) + p) % p)
      assert.equal(BigInt(mul(a, b)), (BigInt(a) * BigInt(b)) % p)
    }),
    { ...runs, numRuns: 50_000 },
  )
})

test('products next to a multiple of p come out below p, though the quotient may be one off', () => {
  for (const a of [1, 2, 3, 12_345, 65_537, 2 ** 30, order - 1]) {
    for (const near of [-2, -1, 0, 1, 2]) {
      // b with a·b ≡ near modulo p.
      const b = mul(inverse(a), near < 0 ? order + near : near)
      assert.equal(mul(a, b), near < 0 ? order + near : near)
    }
  }
})

test('an inverse is one, and zero has none but zero', () => {
  fc.assert(
    fc.property(element, (a) => {
      assert.equal(mul(a, inverse(a)), a === 0 ? 0 : 1)
    }),
    runs,
  )
})

test('a root of unity has the order that was asked for and no smaller one', () => {
  for (const size of [2, 8, 32, 512, 32_768, 2 ** 24]) {
    assert.equal(power(rootOfUnity(size), size), 1)
    assert.equal(power(rootOfUnity(size), size / 2), order - 1)
  }
  assert.throws(() => rootOfUnity(2 ** 25), RangeError)
  assert.throws(() => rootOfUnity(12), RangeError)
})

test('products of the extension are those of polynomials modulo x⁵ + x² − 1', () => {
  fc.assert(
    fc.property(extension, extension, (a, b) => {
      assert.deepEqual(ext.mul(a, b), naiveProduct(a, b))
    }),
    runs,
  )
})

test('x⁵ + x² − 1 has no factor, so what it makes of the field is a field', () => {
  const x: Ext = [0, 1, 0, 0, 0]
  // Of degree 5, a prime: it has no factor if x is a root of x^(p⁵) − x modulo it, and of x^p − x modulo no part of it.
  const raised = ext.power(x, p)
  assert.deepEqual(ext.power(x, p ** 5n), x)
  const difference = ext.sub(raised, x)
  assert.deepEqual(ext.mul(difference, ext.inverses([difference])[0] ?? ext.zero), ext.one)
})

test('inverses of the extension are ones, however many are asked for at once', () => {
  const nonzero = extension.filter((value) => !ext.equal(value, ext.zero))
  fc.assert(
    fc.property(fc.array(nonzero, { maxLength: 6 }), (values) => {
      const inverses = ext.inverses(values)
      assert.deepEqual(
        values.map((value, at) => ext.mul(value, inverses[at] ?? ext.zero)),
        values.map(() => ext.one),
      )
    }),
    { numRuns: 50, seed: 1 },
  )
})

test('a polynomial has the value that its powers sum up to', () => {
  fc.assert(
    fc.property(fc.array(extension, { maxLength: 6 }), extension, (coefficients, point) => {
      const naive = coefficients.reduce<Ext>(
        (sum, coefficient, at) => ext.add(sum, ext.mul(coefficient, ext.power(point, BigInt(at)))),
        ext.zero,
      )
      assert.deepEqual(ext.evaluate(coefficients, point), naive)
    }),
    { numRuns: 200, seed: 1 },
  )
})

/** With bigints, power by power. */
function naiveProduct(a: Ext, b: Ext): Ext {
  const product = Array.from({ length: 9 }, () => 0n)
  for (const [i, left] of a.entries()) {
    for (const [j, right] of b.entries())
      product[i + j] = (product[i + j] ?? 0n) + BigInt(left) * BigInt(right)
  }
  for (let at = 8; at >= 5; at--) {
    const value = product[at] ?? 0n
    product[at - 5] = (product[at - 5] ?? 0n) + value
    product[at - 3] = (product[at - 3] ?? 0n) - value
  }
  const [c0, c1, c2, c3, c4] = product.map((value) => Number(((value % p) + p) % p))
  return [c0 ?? 0, c1 ?? 0, c2 ?? 0, c3 ?? 0, c4 ?? 0]
}
