import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { add, evaluate, fromBase, mul, zero, type Ext } from './extension.ts'
import { mul as baseMul, order, power, rootOfUnity } from './field.ts'
import { domain, fold, folded, foldedTwice, pointAt } from './fri.ts'

const element = fc.integer({ min: 0, max: order - 1 })
const extension = fc.tuple(element, element, element, element, element)

test('folding mixes the eight parts of a polynomial by powers of the challenge', () => {
  const polynomial = fc.array(extension, { minLength: 24, maxLength: 24 })
  const index = fc.integer({ min: 0, max: folded.size - 1 })
  fc.assert(
    fc.property(polynomial, extension, index, (coefficients, challenge, at) => {
      const x = pointAt(domain, at)
      const root = rootOfUnity(8)
      const values = Array.from({ length: 8 }, (_, k) =>
        evaluate(coefficients, fromBase(baseMul(x, power(root, k)))),
      )
      // The part l has every eighth coefficient from l on; Horner over the parts is their sum with powers.
      const mixed = [0, 1, 2].map((row) =>
        coefficients
          .slice(8 * row, 8 * row + 8)
          .reduceRight<Ext>((sum, coefficient) => add(mul(sum, challenge), coefficient), zero),
      )
      assert.deepEqual(fold(values, challenge, x), evaluate(mixed, fromBase(pointAt(folded, at))))
    }),
    { numRuns: 100, seed: 1 },
  )
})

test('the points of a coset that fold to one have indexes that differ by an eighth of it', () => {
  for (const [from, to] of [
    [domain, folded],
    [folded, foldedTwice],
  ] as const) {
    assert.equal(to.size, from.size / 8)
    for (const at of [0, 1, 77, to.size - 1]) {
      for (let k = 0; k < 8; k++) {
        assert.equal(power(pointAt(from, at + k * to.size), 8), pointAt(to, at))
        assert.equal(pointAt(from, at + k * to.size), baseMul(pointAt(from, at), power(rootOfUnity(8), k)))
      }
    }
  }
})

test('no point of the domain is the point of a row', () => {
  for (const at of [0, 1, 511, 32_767]) assert.notEqual(power(pointAt(domain, at), 512), 1)
})
