import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mod, power } from './field.ts'
import { productsCircuit } from './products.fixture.ts'
import { domainSize, polynomialsAt, powers, quotient } from './qap.ts'

const point = 1_234_567_891_011n

/** Whether A·B − C is Z times the quotient at a point nobody chose for it. */
function divides(circuit: ReturnType<typeof productsCircuit>): boolean {
  const { a, b, c } = polynomialsAt(circuit, point)
  const at = (values: readonly bigint[]) =>
    values.reduce((sum, value, wire) => mod(sum + value * (circuit.witness[wire] ?? 0n)), 0n)
  const h = quotient(circuit)
  const quotientAt = powers(point, h.length).reduce((sum, value, i) => mod(sum + value * (h[i] ?? 0n)), 0n)
  const z = power(point, BigInt(domainSize(circuit))) - 1n
  return mod(at(a) * at(b) - at(c)) === mod(quotientAt * z)
}

test('the quotient of a witness that holds has no remainder, at any point', () => {
  assert.equal(divides(productsCircuit(5n, 7n, 9n)), true)
})

test('the quotient of a witness that breaks a constraint is no quotient', () => {
  assert.equal(divides(productsCircuit(5n, 7n, 9n, 36n)), false)
})

test('no two inputs have the same polynomials, whatever the circuit does with them', () => {
  const { a } = polynomialsAt(productsCircuit(5n, 7n, 9n), point)
  const ofInputs = a.slice(0, 4)
  assert.equal(new Set(ofInputs).size, 4)
  assert.equal(ofInputs.includes(0n), false)
})
