/**
 * ULIDs: 26 characters that sort as text in the order they were made, even within one millisecond and when
 * the system's clock goes back. Layout and alphabet follow the ULID specification.
 *
 *     01ARYZ6S41  TSV4RRFFQ69G5FAV
 *     48-bit ms   80 random bits, one more than the last while the millisecond lasts
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const limb = 2 ** 40

export class Ulids {
  readonly #clock: Pick<Clock, 'now'>
  readonly #random: Pick<Random, 'bytes'>
  #ms = -1
  /** The random part as two limbs of 40 bits: 8 characters each, and exact as a number. */
  #high = 0
  #low = 0

  /** Every id sorts after `last`, which another made before; empty for none. */
  constructor(clock: Pick<Clock, 'now'>, random: Pick<Random, 'bytes'>, last = '') {
    this.#clock = clock
    this.#random = random
    if (last === '') return
    this.#ms = decode(last.slice(0, 10))
    this.#high = decode(last.slice(10, 18))
    this.#low = decode(last.slice(18))
  }

  next(): string {
    const now = Math.floor(this.#clock.now())
    if (now > this.#ms) this.#draw(now)
    else this.#increment()
    return encode(this.#ms, 10) + encode(this.#high, 8) + encode(this.#low, 8)
  }

  #draw(ms: number): void {
    const bytes = this.#random.bytes(10)
    this.#ms = ms
    this.#high = bigEndian(bytes.subarray(0, 5))
    this.#low = bigEndian(bytes.subarray(5))
  }

  /** 80 bits that ran over borrow the next millisecond. */
  #increment(): void {
    this.#low++
    if (this.#low < limb) return
    this.#low = 0
    this.#high++
    if (this.#high === limb) this.#draw(this.#ms + 1)
  }
}

function bigEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/** `value` in `length` characters, most significant first. */
function encode(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = alphabet.charAt(rest % 32) + text
  return text
}

function decode(text: string): number {
  let value = 0
  for (const character of text) value = value * 32 + alphabet.indexOf(character)
  return value
}
