/**
 * mcl-wasm, set up for BLS12-381. Its curve, its encoding and its checks are globals of the module, so a thread has
 * one of it and uses it for nothing else.
 */

import mcl, { type Fr, type G1, type G2 } from 'mcl-wasm'
import { pointFault } from './encoding.ts'

let opened: Promise<void> | null = null

/** Resolves once the functions here may be used. */
export function openPairings(): Promise<void> {
  opened ??= setUp()
  return opened
}

async function setUp(): Promise<void> {
  await mcl.init(mcl.BLS12_381)
  mcl.setETHserialization(true)
  // A point on the curve and outside of the group passes the equation where an honest one would.
  mcl.verifyOrderG1(true)
  mcl.verifyOrderG2(true)
}

/** The point that 48 bytes stand for; null unless it is in the group, not at infinity and written canonically. */
export function readG1(bytes: Uint8Array): G1 | null {
  const point = new mcl.G1()
  return pointFault(bytes) === null && isRead(point, bytes) ? point : null
}

/** The same for 96 bytes. */
export function readG2(bytes: Uint8Array): G2 | null {
  const point = new mcl.G2()
  return pointFault(bytes) === null && isRead(point, bytes) ? point : null
}

/** A number below r from bytes, most significant first. */
export function readScalar(bytes: Uint8Array): Fr {
  const scalar = new mcl.Fr()
  scalar.setBigEndianMod(bytes)
  return scalar
}

function isRead(point: G1 | G2, bytes: Uint8Array): boolean {
  try {
    point.deserialize(bytes)
  } catch {
    // It says no more than that; what it is about is never told to anybody.
    return false
  }
  return !point.isZero()
}
