import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { add, mul, order, power, rootOfUnity } from '../../stark/field.ts'
import { evaluate, evaluateOn, interpolate, interpolateOn } from './ntt.ts'

const element = fc.integer({ min: 0, max: order - 1 })
const polynomial = fc
  .integer({ min: 1, max: 6 })
  .chain((log) => fc.array(element, { minLength: 2 ** log, maxLength: 2 ** log }))
const runs = { numRuns: 60, seed: 1 }

function naive(coefficients: readonly number[], point: number): number {
  return coefficients.reduceRight((sum, coefficient) => add(mul(sum, point), coefficient), 0)
}

test('a transform gives the values that Horner gives, point by point', () => {
  fc.assert(
    fc.property(polynomial, (coefficients) => {
      const root = rootOfUnity(coefficients.length)
      assert.deepEqual(
        evaluate(coefficients),
        coefficients.map((_, at) => naive(coefficients, power(root, at))),
      )
    }),
    runs,
  )
})

test('on a coset and on more points than there are coefficients, too', () => {
  fc.assert(
    fc.property(polynomial, (coefficients) => {
      const size = 4 * coefficients.length
      const root = rootOfUnity(size)
      assert.deepEqual(
        evaluateOn(coefficients, 3, size),
        Array.from({ length: size }, (_, at) => naive(coefficients, mul(3, power(root, at)))),
      )
    }),
    runs,
  )
})

test('what has been evaluated is interpolated to what it was', () => {
  fc.assert(
    fc.property(polynomial, (coefficients) => {
      assert.deepEqual(interpolate(evaluate(coefficients)), coefficients)
      assert.deepEqual(interpolateOn(evaluateOn(coefficients, 3, coefficients.length), 3), coefficients)
    }),
    runs,
  )
})
