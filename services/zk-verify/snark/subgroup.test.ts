/**
 * Whether a point lies in its group is asked of the library, which does not multiply by the order but compares with an
 * endomorphism (Bowe, eprint 2019/814). Here it is held against the order, with points whose order has every small factor that
 * the curves have.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { order } from '../proving/field.ts'
import { g1Bytes, g2Bytes, times } from './attacks.fixture.ts'
import { openPairings, readG1, readG2 } from './pairings.ts'

await openPairings()

const [G1, G2] = [bls12_381.G1.Point, bls12_381.G2.Point]
const { Fp, Fp2 } = bls12_381.fields

/** Points of the curves wherever they lie, by their x. */
const inG1 = (x: bigint) => rooted(() => G1.fromAffine({ x, y: Fp.sqrt(x ** 3n + 4n) }))
const inG2 = (n: bigint) => {
  const x = Fp2.fromBigTuple([n, 1n])
  const square = Fp2.add(Fp2.pow(x, 3n), Fp2.fromBigTuple([4n, 4n]))
  return rooted(() => G2.fromAffine({ x, y: Fp2.sqrt(square) }))
}

const kinds = [
  {
    name: 'G1',
    factors: [3n, 11n, 10_177n, 859_267n, 52_437_899n],
    check: (factor: bigint) =>
      checkFactor({ ...G1.CURVE(), factor, at: inG1, base: G1.BASE, zero: G1.ZERO }, (point) =>
        readG1(g1Bytes(point)),
      ),
  },
  {
    name: 'G2',
    factors: [13n, 23n, 2_713n, 11_953n, 262_069n],
    check: (factor: bigint) =>
      checkFactor({ ...G2.CURVE(), factor, at: inG2, base: G2.BASE, zero: G2.ZERO }, (point) =>
        readG2(g2Bytes(point)),
      ),
  },
]

for (const { name, factors, check } of kinds) {
  for (const factor of factors) {
    test(`a point of ${name} whose order has the factor ${factor} is refused, by itself and with one of the group`, () =>
      check(factor))
  }
}

interface Group<F> {
  /** The cofactor. */
  readonly h: bigint
  readonly factor: bigint
  readonly at: (x: bigint) => WeierstrassPoint<F> | null
  readonly base: WeierstrassPoint<F>
  readonly zero: WeierstrassPoint<F>
}

function checkFactor<F>(
  { h, factor, at, base, zero }: Group<F>,
  read: (point: WeierstrassPoint<F>) => unknown,
): void {
  let rest = h * order
  assert.equal(rest % factor, 0n)
  while (rest % factor === 0n) rest /= factor
  const torsion = firstPoint(at, (point) => times(point, zero, rest), zero)
  const member = times(base, zero, 0xc0ffeen)
  assert.ok(read(member) !== null)
  for (const stray of [torsion, torsion.negate(), torsion.add(member), torsion.double().subtract(member)]) {
    // The oracle: r times a point of the group is nothing.
    assert.ok(!times(stray, zero, order).equals(zero))
    assert.equal(read(stray), null)
  }
}

/** The first that is not zero. */
function firstPoint<F>(
  at: (x: bigint) => WeierstrassPoint<F> | null,
  made: (point: WeierstrassPoint<F>) => WeierstrassPoint<F>,
  zero: WeierstrassPoint<F>,
): WeierstrassPoint<F> {
  for (let x = 1n; x < 200n; x++) {
    const point = at(x)
    const found = point === null ? zero : made(point)
    if (!found.equals(zero)) return found
  }
  return assert.fail('no point whose order has the factor')
}

/** null where the library finds no root. */
function rooted<Point>(compute: () => Point): Point | null {
  try {
    return compute()
  } catch {
    return null
  }
}
