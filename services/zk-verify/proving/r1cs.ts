/**
 * A circuit as constraints of the form a · b = c over sums of wires (a rank-1 constraint system), together with the
 * values of one witness, since both come from the same walk through the circuit. Wire 0 is the constant 1; the public
 * inputs follow, and then everything that stays secret.
 */

import { mod } from './field.ts'

/** Wire → factor: what the wires come to. */
export type Sum = ReadonlyMap<number, bigint>

export interface Constraint {
  readonly a: Sum
  readonly b: Sum
  readonly c: Sum
}

/** The witness of a circuit breaks a constraint: there is nothing to prove. */
export class BrokenWitness extends Error {
  override readonly name = 'BrokenWitness'
}

export class R1cs {
  readonly constraints: Constraint[] = []
  readonly #values: bigint[] = [1n]
  #inputs = 0

  /** How many public inputs there are. */
  get inputs(): number {
    return this.#inputs
  }

  /** The value of every wire. */
  get witness(): readonly bigint[] {
    return this.#values
  }

  /** A public input. Throws once there is a secret: inputs come first. */
  input(value: bigint): Sum {
    if (this.#inputs !== this.#values.length - 1) throw new Error('public inputs come before secrets')
    this.#inputs++
    return this.secret(value)
  }

  /** A wire whose value only the prover knows, and which nothing binds yet. */
  secret(value: bigint): Sum {
    return new Map([[this.#values.push(mod(value)) - 1, 1n]])
  }

  /** A wire that holds a · b. */
  product(a: Sum, b: Sum): Sum {
    const c = this.secret(this.valueOf(a) * this.valueOf(b))
    this.constrain(a, b, c)
    return c
  }

  equal(a: Sum, b: Sum): void {
    this.constrain(minus(a, b), constant(1n), constant(0n))
  }

  /** a · b = c. */
  constrain(a: Sum, b: Sum, c: Sum): void {
    this.constraints.push({ a, b, c })
  }

  valueOf(sum: Sum): bigint {
    let total = 0n
    for (const [wire, factor] of sum) total += factor * (this.#values[wire] ?? 0n)
    return mod(total)
  }

  /** Throws a `BrokenWitness` where the witness breaks a constraint. */
  assertHolds(): void {
    const broken = this.broken()
    if (broken !== -1) throw new BrokenWitness(`the witness breaks constraint ${broken}`)
  }

  /** The first constraint that the witness breaks; -1 for none. */
  broken(): number {
    return this.constraints.findIndex(
      ({ a, b, c }) => mod(this.valueOf(a) * this.valueOf(b)) !== this.valueOf(c),
    )
  }
}

export function constant(value: bigint): Sum {
  return value === 0n ? new Map() : new Map([[0, mod(value)]])
}

export function plus(...sums: readonly Sum[]): Sum {
  return weighted(sums.map((sum) => [sum, 1n]))
}

export function minus(a: Sum, b: Sum): Sum {
  return weighted([
    [a, 1n],
    [b, -1n],
  ])
}

/** Σ factor · sum. */
export function weighted(terms: readonly (readonly [Sum, bigint])[]): Sum {
  const total = new Map<number, bigint>()
  for (const [sum, by] of terms) {
    for (const [wire, factor] of sum) total.set(wire, mod((total.get(wire) ?? 0n) + by * factor))
  }
  for (const [wire, factor] of total) if (factor === 0n) total.delete(wire)
  return total
}
