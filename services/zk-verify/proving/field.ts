/** The field that circuits compute in: whole numbers below r, the order of the groups of BLS12-381. */

import { bls12_381 } from '@noble/curves/bls12-381.js'
import { FpInvertBatch } from '@noble/curves/abstract/modular.js'

const { Fr } = bls12_381.fields

export const order = Fr.ORDER

/** The number that stands for `value` in the field; of negative ones too. */
export function mod(value: bigint): bigint {
  return Fr.create(value)
}

export function power(base: bigint, exponent: bigint): bigint {
  return Fr.pow(base, exponent)
}

/** Throws on zero. */
export function inverse(value: bigint): bigint {
  return Fr.inv(value)
}

/** All inverses for the price of one and three multiplications each; of zero, zero. */
export function inverses(values: readonly bigint[]): bigint[] {
  return FpInvertBatch(Fr, [...values], true)
}

/** 32 bytes, big-endian, as public inputs are written. */
export function scalarToBytes(value: bigint): Uint8Array {
  return Fr.toBytes(value)
}
