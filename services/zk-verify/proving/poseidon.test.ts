import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { order } from './field.ts'
import { hash, permute } from '../../poseidon.ts'
import { hashSums } from './poseidon.ts'
import { R1cs } from './r1cs.ts'

/** From the reference implementation (hadeshash, `poseidonperm_x5_255_3` and `_5`): what 0, 1, 2 … become. */
const vectors = [
  [
    '28ce19420fc246a05553ad1e8c98f5c9d67166be2c18e9e4cb4b4e317dd2a78a',
    '51f3e312c95343a896cfd8945ea82ba956c1118ce9b9859b6ea56637b4b1ddc4',
    '3b2b69139b235626a0bfb56c9527ae66a7bf486ad8c11c14d1da0c69bbe0f79a',
  ],
  [
    '2a918b9c9f9bd7bb509331c81e297b5707f6fc7393dcee1b13901a0b22202e18',
    '65ebf8671739eeb11fb217f2d5c5bf4a0c3f210e3f3cd3b08b5db75675d797f7',
    '2cc176fc26bc70737a696a9dfd1b636ce360ee76926d182390cdb7459cf585ce',
    '4dc4e29d283afd2a491fe6aef122b9a968e74eff05341f3cc23fda1781dcb566',
    '03ff622da276830b9451b88b85e6184fd6ae15c8ab3ee25a5667be8592cce3b1',
  ],
]

for (const vector of vectors) {
  test(`a permutation of ${vector.length} gives what the reference gives`, () => {
    const state = vector.map((_, at) => BigInt(at))
    assert.deepEqual(
      permute(state).map((value) => value.toString(16).padStart(64, '0')),
      vector,
    )
  })
}

test('there are parameters for two widths and no other', () => {
  assert.throws(() => permute([0n, 1n, 2n, 3n]), /no parameters for a state of 4/)
})

test('the constraints compute what the function does, and hold no other value', () => {
  const element = fc.bigInt({ min: 0n, max: order - 1n })
  const values = fc.oneof(fc.tuple(element, element), fc.tuple(element, element, element, element))
  fc.assert(
    fc.property(values, element, (values, tag) => {
      const circuit = new R1cs()
      const sum = hashSums(circuit, tag, ...values.map((value) => circuit.secret(value)))
      assert.equal(circuit.valueOf(sum), hash(tag, ...values))
      assert.equal(circuit.broken(), -1)
      assert.equal(circuit.constraints.length, values.length === 2 ? 243 : 300)
    }),
    { numRuns: 6, seed: 1 },
  )
})
