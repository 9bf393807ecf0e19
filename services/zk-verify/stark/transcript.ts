/**
 * Where challenges come from: a hash of everything that was said before, in order. A prover that wants other challenges
 * has to say something else first.
 *
 *     absorb   state ← BLAKE3( 0 │ state │ what was said )
 *     draw     words of BLAKE3( 1 │ state │ count ), count from 0 since something was absorbed
 *
 * Everything absorbed has a length that its place in the protocol fixes, so no two sayings read the same.
 */

import { blake3 } from '@napi-rs/blake-hash'
import { blake3Into } from './blake3.ts'
import { isBase, type Ext } from './extension.ts'
import { order } from './field.ts'
import { hashBytes } from './layout.ts'

const [absorbing, drawing, grinding] = [0, 1, 2]
const wordsPerHash = hashBytes / 4

export class Transcript {
  #state: Uint8Array = new Uint8Array(hashBytes)

  /** Says something, and returns what can be drawn before something else is said. */
  absorb(...said: readonly Uint8Array[]): Draws {
    this.#state = blake3(Buffer.concat([Uint8Array.of(absorbing), this.#state, ...said]))
    return new Draws(this.#state)
  }

  /** Whether the nonce begins a hash with so many zero bits, at most 32. It says nothing to the transcript. */
  isGround(nonce: Uint8Array, bits: number): boolean {
    const hash = blake3(Buffer.concat([Uint8Array.of(grinding), this.#state, nonce]))
    return hash.readUInt32BE(0) < 2 ** (32 - bits)
  }
}

/** Challenges from one state. They are computed when they are asked for, so they cost nothing where they are not. */
class Draws {
  readonly #input = new Uint8Array(1 + hashBytes + 4)
  readonly #block = new DataView(new ArrayBuffer(hashBytes))
  #drawn = 0

  constructor(state: Uint8Array) {
    this.#input[0] = drawing
    this.#input.set(state, 1)
  }

  /** Any element of the extension, each as likely as any other. */
  ext(): Ext {
    return [this.#element(), this.#element(), this.#element(), this.#element(), this.#element()]
  }

  exts(count: number): Ext[] {
    return Array.from({ length: count }, () => this.ext())
  }

  /** A point outside of the base field, so it is neither that of a row nor one of the domain, nor is g times it. */
  point(): Ext {
    // Ends, for that it is inside has a chance of 2⁻¹²⁴.
    for (;;) {
      const point = this.ext()
      if (!isBase(point)) return point
    }
  }

  /** Numbers below `size`, a power of two; they need not differ. */
  indexes(count: number, size: number): number[] {
    return Array.from({ length: count }, () => this.#word() & (size - 1))
  }

  #element(): number {
    // Ends, for each of them is below p with a chance of 127 in 128.
    for (;;) {
      const word = this.#word() & 0x7fffffff
      if (word < order) return word
    }
  }

  #word(): number {
    const place = this.#drawn % wordsPerHash
    if (place === 0) this.#fill(this.#drawn / wordsPerHash)
    this.#drawn++
    return this.#block.getUint32(4 * place, true)
  }

  #fill(count: number): void {
    new DataView(this.#input.buffer).setUint32(1 + hashBytes, count, true)
    blake3Into(this.#input, 0, this.#input.length, new Uint8Array(this.#block.buffer), 0)
  }
}
