/**
 * Groth16 over BLS12-381, one proof or many for one key. A proof (A, B, C) of inputs x is valid when
 *
 *     e(A, B) = e(α, β) · e(X, γ) · e(C, δ)     with X = K₀ + Σ xⱼ·Kⱼ
 *
 * (Groth, "On the Size of Pairing-based Non-interactive Arguments", 2016, §3.2). A batch raises the equation of each
 * proof to a random power of 128 bits and multiplies them, so that what is the same in all of them, α, β, γ and δ, is
 * paired once. A product that holds means that every proof holds, but for one chance in 2¹²⁸.
 *
 * A product that does not hold is split. Its value is that of its first half times that of the second, so one half is
 * computed and the other divided out. Each bad proof is found with one more evaluation per halving, and a batch of
 * nothing but bad ones takes one evaluation for each.
 *
 * A proof that comes alone needs no weight, and e(α, β), which is the same for every proof of a key, is not computed again:
 * a Miller loop and three multiplications less.
 */

import mcl, { type Fr, type G1, type G2, type GT, type PrecomputedG2 } from 'mcl-wasm'
import { claimFault, keyParts, proofParts } from './groth16-bytes.ts'
import { openPairings, readG1, readG2, readScalar } from './pairings.ts'
import { KeyFault, weightBytes, type Claim, type Verdict, type Verifier } from './verifier.ts'

/** Throws a `KeyFault` on bytes that are no key. */
export async function openGroth16(key: Uint8Array): Promise<Verifier> {
  await openPairings()
  return new Groth16(key)
}

/** A proof. */
interface Points {
  readonly a: G1
  readonly b: G2
  readonly c: G1
}

/** What a claim brings into a product. */
interface Factor {
  /** Its place among the claims. */
  readonly at: number
  readonly weight: Fr
  /** Of the weighted A with B. */
  readonly loop: GT
  readonly c: G1
  /** The inputs, weighted. */
  readonly inputs: readonly Fr[]
}

class Groth16 implements Verifier {
  readonly system = 'groth16-bls12-381'
  readonly inputs: number
  /** Negated, since all pairings but e(A, B) go to the other side of the equation. */
  readonly #alpha: G1
  readonly #beta: PrecomputedG2
  readonly #gamma: PrecomputedG2
  readonly #delta: PrecomputedG2
  readonly #constantAndInputs: readonly G1[]
  /** e(α, β). */
  readonly #alphaBeta: GT

  constructor(key: Uint8Array) {
    const parts = keyParts(key)
    this.inputs = parts.inputs.length - 1
    const alpha = ofKey('alpha', readG1(parts.alpha))
    this.#alpha = mcl.neg(alpha)
    this.#beta = prepared('beta', parts.beta)
    this.#alphaBeta = mcl.finalExp(mcl.precomputedMillerLoop(alpha, this.#beta))
    this.#gamma = prepared('gamma', parts.gamma)
    this.#delta = prepared('delta', parts.delta)
    this.#constantAndInputs = parts.inputs.map((bytes, at) => ofKey(`input ${at}`, readG1(bytes)))
  }

  verify(claims: readonly Claim[], weights: Uint8Array): Verdict[] {
    const [only] = claims
    if (only !== undefined && claims.length === 1) return [this.#alone(only)]
    const verdicts: Verdict[] = []
    const factors: Factor[] = []
    for (const [at, claim] of claims.entries()) {
      const read = this.#read(claim, at, weights)
      if (typeof read !== 'string') factors.push(read)
      verdicts.push(typeof read === 'string' ? read : null)
    }
    if (factors.length === 0) return verdicts
    for (const { at } of this.#broken(factors, this.#evaluate(factors))) verdicts[at] = 'equation'
    return verdicts
  }

  #alone(claim: Claim): Verdict {
    const points = this.#points(claim)
    if (typeof points === 'string') return points
    const { a, b, c } = points
    const one = new mcl.Fr()
    one.setInt(1)
    const x = mcl.mulVec([...this.#constantAndInputs], [one, ...claim.inputs.map(readScalar)])
    const others = mcl.precomputedMillerLoop2(mcl.neg(x), this.#gamma, mcl.neg(c), this.#delta)
    const value = mcl.finalExp(mcl.mul(mcl.millerLoop(a, b), others))
    return value.isEqual(this.#alphaBeta) ? null : 'equation'
  }

  #points(claim: Claim): Points | NonNullable<Verdict> {
    const fault = claimFault(claim, this.inputs)
    if (fault !== null) return fault
    const parts = proofParts(claim.proof)
    // One after the other: garbage that looks like points seldom gets past the first, and the second takes longest.
    const a = readG1(parts.a)
    const c = a === null ? null : readG1(parts.c)
    const b = c === null ? null : readG2(parts.b)
    return a === null || b === null || c === null ? 'point' : { a, b, c }
  }

  #read(claim: Claim, at: number, weights: Uint8Array): Factor | NonNullable<Verdict> {
    const points = this.#points(claim)
    if (typeof points === 'string') return points
    const { a, b, c } = points
    const weight = weightAt(weights, at)
    return {
      at,
      weight,
      loop: mcl.millerLoop(mcl.mul(a, weight), b),
      c,
      inputs: claim.inputs.map((input) => mcl.mul(weight, readScalar(input))),
    }
  }

  /** The factors whose equations do not hold. `value` is their product, one if all of them hold. */
  #broken(factors: readonly Factor[], value: GT): readonly Factor[] {
    if (value.isOne()) return []
    if (factors.length === 1) return factors
    const middle = factors.length >> 1
    const [left, right] = [factors.slice(0, middle), factors.slice(middle)]
    const leftValue = this.#evaluate(left)
    return [...this.#broken(left, leftValue), ...this.#broken(right, mcl.mul(value, mcl.inv(leftValue)))]
  }

  /** The product of the equations of one or more factors: four Miller loops beside theirs and one exponentiation. */
  #evaluate(factors: readonly Factor[]): GT {
    const weights = factors.map(({ weight }) => weight)
    const weight = sum(weights)
    const inputs = this.#constantAndInputs
      .slice(1)
      .map((_, index) => sum(factors.map((factor) => factor.inputs[index] ?? new mcl.Fr())))
    const x = mcl.mulVec([...this.#constantAndInputs], [weight, ...inputs])
    const c = mcl.mulVec(
      factors.map((factor) => factor.c),
      weights,
    )
    const shared = mcl.mul(
      mcl.precomputedMillerLoop2(mcl.neg(x), this.#gamma, mcl.neg(c), this.#delta),
      mcl.precomputedMillerLoop(mcl.mul(this.#alpha, weight), this.#beta),
    )
    return mcl.finalExp(factors.reduce((product, { loop }) => mcl.mul(product, loop), shared))
  }
}

/** Throws where too few were drawn: a claim without a weight would not count. */
function weightAt(weights: Uint8Array, at: number): Fr {
  const bytes = weights.subarray(at * weightBytes, (at + 1) * weightBytes)
  if (bytes.length !== weightBytes) throw new RangeError(`there is no weight for claim ${at}`)
  const weight = readScalar(bytes)
  // One chance in 2¹²⁸, and to take it would be to believe the claim.
  if (weight.isZero()) weight.setInt(1)
  return weight
}

function sum(scalars: readonly Fr[]): Fr {
  return scalars.reduce((total, scalar) => mcl.add(total, scalar), new mcl.Fr())
}

function prepared(name: string, bytes: Uint8Array): PrecomputedG2 {
  return new mcl.PrecomputedG2(ofKey(name, readG2(bytes)))
}

function ofKey<Point extends G1 | G2>(name: string, point: Point | null): Point {
  if (point === null) throw new KeyFault(`${name} of the verifying key is no point of its group`)
  return point
}
