/**
 * New ULIDs, which sort as text in the order they were made, even within one millisecond and when the
 * system's clock goes back.
 *
 *     01ARYZ6S41  TSV4RRFFQ69G5FAV
 *     48-bit ms   80 random bits, one more than the last while the millisecond lasts
 */

import { ulidBytes, ulidText, writeUlid } from '@ron/kernel/contract/packed/ulid'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'

const limb = 2 ** 40
const limbBytes = 5
const msBytes = 6

export class Ulids {
  readonly #clock: Pick<Clock, 'now'>
  readonly #random: Pick<Random, 'bytes'>
  readonly #scratch = new Uint8Array(ulidBytes)
  #ms = -1
  /** The random part as two limbs of 40 bits, each exact as a number. */
  #high = 0
  #low = 0

  /** Every id sorts after `last`, which another made before; empty for none. */
  constructor(clock: Pick<Clock, 'now'>, random: Pick<Random, 'bytes'>, last = '') {
    this.#clock = clock
    this.#random = random
    if (last === '' || !writeUlid(last, this.#scratch, 0)) return
    this.#ms = bigEndian(this.#scratch, 0, msBytes)
    this.#high = bigEndian(this.#scratch, msBytes, limbBytes)
    this.#low = bigEndian(this.#scratch, msBytes + limbBytes, limbBytes)
  }

  next(): string {
    this.write(this.#scratch, 0)
    return ulidText(this.#scratch, 0)
  }

  /** Writes the next one as 16 bytes. */
  write(into: Uint8Array, at: number): void {
    const now = Math.floor(this.#clock.now())
    if (now > this.#ms) this.#draw(now)
    else this.#increment()
    writeNumber(this.#ms, into, at, msBytes)
    writeNumber(this.#high, into, at + msBytes, limbBytes)
    writeNumber(this.#low, into, at + msBytes + limbBytes, limbBytes)
  }

  #draw(ms: number): void {
    const bytes = this.#random.bytes(2 * limbBytes)
    this.#ms = ms
    this.#high = bigEndian(bytes, 0, limbBytes)
    this.#low = bigEndian(bytes, limbBytes, limbBytes)
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

function bigEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let n = 0; n < length; n++) value = value * 256 + (bytes[at + n] ?? 0)
  return value
}

/** The low 32 bits as such; what is above them is at most two bytes, and exact after a division. */
function writeNumber(value: number, into: Uint8Array, at: number, length: number): void {
  const low = value % 2 ** 32
  let high = Math.floor(value / 2 ** 32)
  into[at + length - 4] = low >>> 24
  into[at + length - 3] = low >>> 16
  into[at + length - 2] = low >>> 8
  into[at + length - 1] = low
  for (let n = length - 5; n >= 0; n--, high >>>= 8) into[at + n] = high
}
