/** Ways to write what is no proof, from a claim that holds: what was found to pass one verifier or another. */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { order, scalarToBytes } from '../proving/field.ts'
import { proofParts } from './groth16-bytes.ts'
import type { Claim, Fault } from './verifier.ts'

const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point
const { Fp, Fp2 } = bls12_381.fields

export interface Attack {
  readonly name: string
  readonly fault: Fault
  readonly on: (claim: Claim) => Claim
}

type Part = 'a' | 'b' | 'c'
const everyPart = ['a', 'b', 'c'] as const

/** A point of the curve that is outside of the group of order r, from the smallest x that has one. */
const strayInG1 = firstOf((x) => {
  const y = yInG1(x)
  return y === null ? null : G1.fromAffine({ x, y })
})
const strayInG2 = firstOf((c0) => {
  const x = Fp2.fromBigTuple([c0, 1n])
  const y = yInG2(x)
  return y === null ? null : G2.fromAffine({ x, y })
})

export const attacks: readonly Attack[] = [
  { name: 'a proof cut by a byte', fault: 'length', on: proof((bytes) => bytes.subarray(0, -1)) },
  { name: 'a proof with a byte more', fault: 'length', on: proof((bytes) => concat(bytes, [0])) },
  { name: 'no proof at all', fault: 'length', on: proof(() => new Uint8Array(0)) },
  {
    name: 'a proof cut to its first two points',
    fault: 'length',
    on: proof((bytes) => bytes.subarray(0, 144)),
  },
  { name: 'all zeros', fault: 'encoding', on: proof((bytes) => bytes.map(() => 0)) },
  { name: 'all ones', fault: 'infinity', on: proof((bytes) => bytes.map(() => 0xff)) },
  ...everyPart.flatMap((part) => [
    { name: `infinity as ${part}`, fault: 'infinity' as const, on: replaced(part, infinity) },
    {
      name: `infinity with the rest not zero as ${part}`,
      fault: 'infinity' as const,
      on: replaced(part, (bytes) => bytes.map((byte, at) => (at === 0 ? byte | 0xc0 : byte))),
    },
    {
      name: `${part} said to be uncompressed`,
      fault: 'encoding' as const,
      on: replaced(part, (bytes) => bytes.map((byte, at) => (at === 0 ? byte & 0x7f : byte))),
    },
    { name: `x + p for x in ${part}`, fault: 'encoding' as const, on: replaced(part, beyondField) },
    { name: `an x without a y in ${part}`, fault: 'point' as const, on: replaced(part, offCurve) },
    {
      name: `a point outside of the group as ${part}`,
      fault: 'point' as const,
      on: replaced(part, (bytes) => (bytes.length === 48 ? g1Bytes(strayInG1) : g2Bytes(strayInG2))),
    },
    {
      name: `${part} and a point of small order`,
      fault: 'point' as const,
      on: replaced(part, withTorsion),
    },
    {
      name: `${part} with the other y`,
      fault: 'equation' as const,
      on: replaced(part, (bytes) => bytes.map((byte, at) => (at === 0 ? byte ^ 0x20 : byte))),
    },
  ]),
  {
    name: 'flags on the second half of b',
    fault: 'encoding',
    on: replaced('b', (bytes) => bytes.map((byte, at) => (at === 48 ? byte | 0x80 : byte))),
  },
  { name: 'an input left out', fault: 'inputs', on: inputs((all) => all.slice(0, -1)) },
  { name: 'no inputs', fault: 'inputs', on: inputs(() => []) },
  { name: 'one more input, 0', fault: 'inputs', on: inputs((all) => [...all, new Uint8Array(32)]) },
  {
    name: 'r added to an input',
    fault: 'range',
    on: inputs((all) => [shifted(all[0], order), ...all.slice(1)]),
  },
  { name: 'r as an input', fault: 'range', on: inputs((all) => [...all.slice(0, -1), bigEndian(order, 32)]) },
  { name: 'an input of 31 bytes', fault: 'range', on: inputs(([one, ...all]) => [tail(one, 1), ...all]) },
  {
    name: 'an input of 33 bytes that begins with 0',
    fault: 'range',
    on: inputs(([one, ...all]) => [concat([0], one ?? []), ...all]),
  },
  {
    name: 'inputs that changed places',
    fault: 'equation',
    on: inputs(([a, b, c]) => [b, a, c].map(orEmpty)),
  },
  {
    name: 'the context of another nonce',
    fault: 'equation',
    on: inputs((all) => [...all.slice(0, -1), scalarToBytes(12_345n)]),
  },
  {
    name: 'a and c in each other’s place',
    fault: 'equation',
    on: proof((bytes) => concat(bytes.subarray(144), bytes.subarray(48, 144), bytes.subarray(0, 48))),
  },
]

/** Writes a point of the curve whether it is in the group or not. */
export function g1Bytes(point: WeierstrassPoint<bigint>): Uint8Array {
  const { x, y } = point.toAffine()
  return flagged(bigEndian(x, 48), isLarge(y))
}

export function g2Bytes(point: typeof strayInG2): Uint8Array {
  const { x, y } = point.toAffine()
  return flagged(concat(bigEndian(x.c1, 48), bigEndian(x.c0, 48)), isLarge(y.c1 === 0n ? y.c0 : y.c1))
}

function withTorsion(bytes: Uint8Array): Uint8Array {
  // r times a point outside of the group is what of it lies outside.
  if (bytes.length === 48) return g1Bytes(G1.fromBytes(bytes).add(times(strayInG1, G1.ZERO, order)))
  return g2Bytes(G2.fromBytes(bytes).add(times(strayInG2, G2.ZERO, order)))
}

/** Adds p to a coordinate; where the first has no room for it, in G2 the second has. */
function beyondField(bytes: Uint8Array): Uint8Array {
  const [flags = 0] = bytes
  const first = concat([flags & 0x1f], bytes.subarray(1, 48))
  const beyond = number(first) + Fp.ORDER
  if (beyond < 2n ** 381n)
    return flagged(concat(bigEndian(beyond, 48), bytes.subarray(48)), (flags & 0x20) !== 0)
  if (bytes.length === 96)
    return concat(bytes.subarray(0, 48), bigEndian(number(bytes.subarray(48)) + Fp.ORDER, 48))
  // p itself, which is 0 written in another way.
  return flagged(bigEndian(Fp.ORDER, 48), false)
}

/** Changes the last byte until x³ + 4, or on the other curve x³ + 4(1 + i), has no root. */
function offCurve(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  for (let byte = 0; byte < 256; byte++) {
    changed[changed.length - 1] = byte
    const x1 = number(concat([(changed[0] ?? 0) & 0x1f], changed.subarray(1, 48)))
    const y = bytes.length === 48 ? yInG1(x1) : yInG2(Fp2.fromBigTuple([number(changed.subarray(48)), x1]))
    if (y === null) return changed
  }
  throw new Error('every x has a y')
}

function yInG1(x: bigint) {
  return orNull(() => Fp.sqrt(Fp.add(Fp.pow(x, 3n), 4n)))
}

function yInG2(x: typeof Fp2.ONE) {
  return orNull(() => Fp2.sqrt(Fp2.add(Fp2.pow(x, 3n), Fp2.fromBigTuple([4n, 4n]))))
}

function infinity(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, at) => (at === 0 ? 0xc0 : 0))
}

function replaced(part: Part, change: (bytes: Uint8Array) => Uint8Array): (claim: Claim) => Claim {
  return proof((bytes) => {
    const { a, b, c } = proofParts(bytes)
    const changed = { a, b, c, [part]: change({ a, b, c }[part]) }
    return concat(changed.a, changed.b, changed.c)
  })
}

function proof(change: (bytes: Uint8Array) => Uint8Array): (claim: Claim) => Claim {
  return (claim) => ({ ...claim, proof: change(claim.proof) })
}

function inputs(change: (all: readonly Uint8Array[]) => readonly Uint8Array[]): (claim: Claim) => Claim {
  return (claim) => ({ ...claim, inputs: change(claim.inputs) })
}

export function times<F>(
  point: WeierstrassPoint<F>,
  zero: WeierstrassPoint<F>,
  count: bigint,
): WeierstrassPoint<F> {
  let total = zero
  for (const digit of count.toString(2)) {
    total = total.double()
    if (digit === '1') total = total.add(point)
  }
  return total
}

function firstOf<F>(at: (x: bigint) => WeierstrassPoint<F> | null): WeierstrassPoint<F> {
  for (let x = 1n; x < 100n; x++) {
    const point = at(x)
    if (point !== null && !point.isTorsionFree()) return point
  }
  throw new Error('no point outside of the group among the first hundred')
}

/** null for what the library throws at. */
function orNull<Value>(compute: () => Value): Value | null {
  try {
    return compute()
  } catch {
    return null
  }
}

function flagged(bytes: Uint8Array, large: boolean): Uint8Array {
  return bytes.map((byte, at) => (at === 0 ? byte | 0x80 | (large ? 0x20 : 0) : byte))
}

function isLarge(y: bigint): boolean {
  return 2n * y > Fp.ORDER
}

function shifted(bytes: Uint8Array | undefined, by: bigint): Uint8Array {
  return bigEndian(number(bytes ?? new Uint8Array(1)) + by, 32)
}

function bigEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'))
}

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function tail(bytes: Uint8Array | undefined, from: number): Uint8Array {
  return orEmpty(bytes).subarray(from)
}

function orEmpty(bytes: Uint8Array | undefined): Uint8Array {
  return bytes ?? new Uint8Array(0)
}

function concat(...pieces: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]))
}
