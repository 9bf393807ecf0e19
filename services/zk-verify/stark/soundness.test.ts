/**
 * What docs/STARK.md says of soundness, computed from the numbers of the proof system: whoever changes those learns here
 * what they are worth. The formulas are those of theorems 2 and 3 of eprint 2024/1553 as the calculator of Winterfell
 * (`air/src/proof/security.rs`) has them; its bound for FRI is eq. 7 of eprint 2022/1216, from eprint 2020/654.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { order } from './field.ts'
import { degreeBound, domainSize, folding, grindingBits, queries } from './parameters.ts'

const fieldBits = 5 * Math.log2(order)
/** Columns are opened at two points, and no constraint has a higher degree. */
const [openings, degree] = [2, 4]
const rho = (degreeBound + openings) / domainSize
/** Of what the point outside of the domain is a zero by chance. */
const deepDegree = (degree + 1) * (degreeBound + openings - 1) + degreeBound - 1

/** Round by round, each in bits; `m` says how near to the Johnson bound. */
function upToJohnson(m: number) {
  const list = m / (rho - (2 * m) / domainSize)
  return {
    constraints: fieldBits - Math.log2(list),
    deep: fieldBits - Math.log2(list ** 2 * deepDegree),
    commit: fieldBits - Math.log2(((m + 0.5) ** 7 / (2 * rho ** 1.5)) * domainSize ** 2),
    fold: fieldBits - Math.log2((((2 * m + 1) * (domainSize + 1)) / Math.sqrt(rho)) * 2 * folding),
    query: grindingBits - queries * Math.log2(Math.sqrt(rho) * (1 + 1 / (2 * m))),
  }
}

function uniqueDecoding() {
  return {
    constraints: fieldBits,
    deep: fieldBits - Math.log2(deepDegree),
    commit: fieldBits - Math.log2(domainSize),
    fold: fieldBits - Math.log2((folding - 1) * (domainSize + 1)),
    query: grindingBits - queries * Math.log2((1 + rho) / 2),
  }
}

const rounded = (bits: object) =>
  Object.fromEntries(Object.entries(bits).map(([what, n]) => [what, n.toFixed(1)]))

test('up to the Johnson bound every round is worth 105 bits and more, at the m that is best', () => {
  assert.deepEqual(rounded(upToJohnson(3)), {
    constraints: '148.4',
    deep: '129.2',
    commit: '105.8',
    fold: '130.6',
    query: '107.0',
  })
  const worst = (m: number) => Math.min(...Object.values(upToJohnson(m)))
  for (const m of [4, 5, 8, 16]) assert.ok(worst(m) < worst(3), `${m}`)
})

test('by unique decoding alone the queries are worth 54 bits, and 88 of them would be worth 100', () => {
  assert.deepEqual(rounded(uniqueDecoding()), {
    constraints: '154.9',
    deep: '142.4',
    commit: '139.9',
    fold: '137.1',
    query: '54.2',
  })
  const perQuery = -Math.log2((1 + rho) / 2)
  assert.equal(Math.ceil((100 - grindingBits) / perQuery), 88)
})
