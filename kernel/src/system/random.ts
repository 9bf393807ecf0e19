/** The system's randomness. The one file that asks for it. */

import { randomBytes, randomFillSync } from 'node:crypto'
import type { Random } from '../ports/random.ts'

/** Asking the system costs microseconds, whatever the length, and every request needs a trace id. */
const poolBytes = 4096
const pool = randomFillSync(new Uint8Array(poolBytes))
let used = 0

export const systemRandom: Random = {
  fraction: () => Buffer.from(take(6)).readUIntBE(0, 6) / 2 ** 48,
  bytes: (length) => (length > poolBytes ? Uint8Array.from(randomBytes(length)) : take(length)),
}

/** Bytes that nobody was given before. They are cleared from the pool, which may outlive the secret they became. */
function take(length: number): Uint8Array {
  if (used + length > poolBytes) {
    randomFillSync(pool)
    used = 0
  }
  const taken = pool.slice(used, used + length)
  pool.fill(0, used, used + length)
  used += length
  return taken
}
