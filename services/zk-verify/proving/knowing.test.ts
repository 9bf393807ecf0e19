import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prove } from './groth16.ts'
import { proveKnowing } from './knowing.ts'
import { productsCircuit, productsProvingKey } from './products.fixture.ts'
import { seeded, trapdoorFrom } from './trapdoor.ts'

test('whoever knows the secrets makes the proof that a prover makes who has the key', () => {
  const circuit = productsCircuit(6n, 7n, 5n)
  const slow = prove(circuit, productsProvingKey(), seeded('blinding'))
  assert.deepEqual(proveKnowing(circuit, trapdoorFrom('products'), seeded('blinding')), slow)
})

test('nothing is proven that is not so', () => {
  const circuit = productsCircuit(6n, 7n, 5n, 43n)
  assert.throws(
    () => proveKnowing(circuit, trapdoorFrom('products'), seeded('x')),
    /the witness breaks constraint/,
  )
})
