/**
 * FRI (Ben-Sasson, Bentov, Horesh, Riabzev, 2018), as far as prover and verifier share it: eight values of a polynomial
 * of degree below 8·d, at the points that have one eighth power, make one value of a polynomial of degree below d. It is
 * done by halves, three times, with β, β² and β⁴:
 *
 *     f(x) = e(x²) + x·o(x²)      folded(x²) = e(x²) + β·o(x²) = [ f(x) + f(−x) + (β/x)·(f(x) − f(−x)) ] / 2
 */

import { add, mul, scale, sub, zero, type Ext } from './extension.ts'
import { inverse, mul as baseMul, power, powers, rootOfUnity } from './field.ts'
import { domainSize, folding, shift } from './parameters.ts'

const eighth = inverse(folding)
/** ζ⁰, ζ⁻¹, ζ⁻², ζ⁻³ for ζ⁸ = 1. */
const turns = powers(inverse(rootOfUnity(folding)), folding / 2)

/** A set of points: `shift` times the roots of unity of the order `size`. */
export interface Coset {
  readonly shift: number
  readonly size: number
  readonly root: number
}

export const domain: Coset = { shift, size: domainSize, root: rootOfUnity(domainSize) }
/** What the points of a coset come to under the eighth power. */
export const folded: Coset = raised(domain)
export const foldedTwice: Coset = raised(folded)

export function pointAt({ shift, root }: Coset, index: number): number {
  return baseMul(shift, power(root, index))
}

/** `values` are those at x, x·ζ, x·ζ² and so on, so that x and −x are four places from each other. */
export function fold(values: readonly Ext[], challenge: Ext, x: number): Ext {
  let [level, factor] = [values, scale(challenge, inverse(x))]
  for (let half = folding / 2; half >= 1; half /= 2) {
    const [above, turned] = [level, factor]
    level = above.slice(0, half).map((value, at) => {
      const opposite = above[at + half] ?? zero
      const turn = scale(turned, turns[(at * folding) / (2 * half)] ?? 0)
      return add(add(value, opposite), mul(turn, sub(value, opposite)))
    })
    factor = mul(factor, factor)
  }
  return scale(level[0] ?? zero, eighth)
}

function raised({ shift, size, root }: Coset): Coset {
  return { shift: power(shift, folding), size: size / folding, root: power(root, folding) }
}
