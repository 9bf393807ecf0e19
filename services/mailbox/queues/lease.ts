/** A lease as two words and as the 16 hexadecimal digits that people see. Two zeros stand for none. */

import { leaseWords } from './store/columns.ts'

const digits = 8

/** The lease of a slot of the column, or null. */
export function leaseText(leases: Uint32Array, slot: number): string | null {
  const at = slot * leaseWords
  const [high = 0, low = 0] = [leases[at], leases[at + 1]]
  if (high === 0 && low === 0) return null
  return high.toString(16).padStart(digits, '0') + low.toString(16).padStart(digits, '0')
}

/** Of 16 hexadecimal digits, which a contract has checked. */
export function leaseOf(text: string): Uint32Array {
  return Uint32Array.of(Number.parseInt(text.slice(0, digits), 16), Number.parseInt(text.slice(digits), 16))
}
