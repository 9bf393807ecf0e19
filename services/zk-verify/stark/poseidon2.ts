/**
 * Poseidon2 over KoalaBear (Grassi, Khovratovich, Schofnegger, eprint 2023/323) with the parameters for 128 bits that
 * Plonky3 publishes: 16 elements, x³, 8 full and 20 partial rounds. A test holds it to the published vector. Linear
 * layers are written for any algebra over the field, so what is hashed and what is constrained is one code.
 *
 *     state ← external(state) · 4 full rounds · 20 partial · 4 full
 *     full round:    add 16 constants, cube all,       external
 *     partial round: add a constant to the first, cube it, internal
 */

import { add, inverse, mul, order, power, sub } from './field.ts'
import { digestElements } from './parameters.ts'

export const width = 16
const fullRoundsHalf = 4
const partialRounds = 20
const rounds = 2 * fullRoundsHalf + partialRounds

/** What polynomials in the columns of a trace are computed in: the field, or its extension. */
export interface Algebra<T> {
  readonly add: (a: T, b: T) => T
  readonly sub: (a: T, b: T) => T
  readonly mul: (a: T, b: T) => T
  readonly scale: (a: T, factor: number) => T
  readonly zero: T
}

export const base: Algebra<number> = { add, sub, mul, scale: mul, zero: 0 }

/** One round: the constants of a full one, or the first element's of a partial one. */
type Round =
  | { readonly kind: 'full'; readonly constants: readonly number[] }
  | { readonly kind: 'partial'; readonly constants: readonly number[] }

export const schedule: readonly Round[] = scheduleFrom(grain())

/** The diagonal of the internal matrix, less one: −2, 1, 2, ½, 3, 4, −½, −3, −4, 2⁻⁸, ⅛, 2⁻²⁴ and their like. */
const diagonal: readonly number[] = [
  order - 2,
  1,
  2,
  half(1),
  3,
  4,
  sub(0, half(1)),
  order - 3,
  order - 4,
  half(8),
  half(3),
  half(24),
  sub(0, half(8)),
  sub(0, half(3)),
  sub(0, half(4)),
  sub(0, half(24)),
]

export function permute(state: readonly number[]): number[] {
  return schedule.reduce(
    (before, { kind, constants }) => {
      const boxed = before.map((value, at) => {
        const constant = constants[at]
        return constant === undefined ? value : cube(base, add(value, constant))
      })
      return kind === 'full' ? external(base, boxed) : internal(base, boxed)
    },
    external(base, state),
  )
}

/**
 * Two digests to one, or the 16 limbs of an event: the first half of the permutation, with what went in added to it
 * (§3.1 there). Without that the permutation could be run backwards and collisions be had for nothing.
 */
export function compress(input: readonly number[]): number[] {
  return permute(input)
    .slice(0, digestElements)
    .map((value, at) => add(value, input[at] ?? 0))
}

export function cube<T>(algebra: Algebra<T>, value: T): T {
  return algebra.mul(algebra.mul(value, value), value)
}

/** circ(2M, M, M, M) of blocks M = circ(2, 3, 1, 1). */
export function external<T>(algebra: Algebra<T>, state: readonly T[]): T[] {
  const { add: plus, scale, zero } = algebra
  const at = (index: number) => state[index] ?? zero
  const blocks = state.map((value, index) => {
    const [block, place] = [index & ~3, index & 3]
    const others = [1, 2, 3].map((step) => at(block + ((place + step) & 3)))
    const [next = zero, third = zero, fourth = zero] = others
    return plus(plus(scale(value, 2), scale(next, 3)), plus(third, fourth))
  })
  const sums = [0, 1, 2, 3].map((place) =>
    blocks.reduce((sum, value, index) => ((index & 3) === place ? plus(sum, value) : sum), zero),
  )
  return blocks.map((value, index) => plus(value, sums[index & 3] ?? zero))
}

/** 1 + diag(…): the sum of all, plus each times its own number. */
export function internal<T>({ add: plus, scale, zero }: Algebra<T>, state: readonly T[]): T[] {
  const sum = state.reduce(plus, zero)
  return state.map((value, at) => plus(sum, scale(value, diagonal[at] ?? 0)))
}

function half(times: number): number {
  return inverse(power(2, times))
}

function scheduleFrom(next: () => number): Round[] {
  return Array.from({ length: rounds }, (_, at): Round => {
    const full = at < fullRoundsHalf || at >= fullRoundsHalf + partialRounds
    const constants = Array.from({ length: full ? width : 1 }, next)
    return { kind: full ? 'full' : 'partial', constants }
  })
}

/** The Grain LFSR in self-shrinking mode (Poseidon, eprint 2019/458, appendix E), which round constants come from. */
function grain(): () => number {
  const elementBits = 31
  const fields: readonly (readonly [value: number, bits: number])[] = [
    [1, 2],
    [0, 4],
    [elementBits, 12],
    [width, 12],
    [2 * fullRoundsHalf, 10],
    [partialRounds, 10],
    [2 ** 30 - 1, 30],
  ]
  let state = fields.flatMap(([value, bits]) =>
    Array.from({ length: bits }, (_, at) => (value >> (bits - 1 - at)) & 1),
  )
  const step = () => {
    const bit = [62, 51, 38, 23, 13, 0].reduce((sum, tap) => sum ^ (state[tap] ?? 0), 0)
    state = [...state.slice(1), bit]
    return bit
  }
  for (let discarded = 0; discarded < 160; discarded++) step()
  const bit = (): number => {
    // Ends, for the register never holds nothing but zeros.
    for (;;) {
      const [counts, value] = [step(), step()]
      if (counts === 1) return value
    }
  }
  return () => {
    for (;;) {
      let value = 0
      for (let bits = 0; bits < elementBits; bits++) value = 2 * value + bit()
      if (value < order) return value
    }
  }
}
