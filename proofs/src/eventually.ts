/**
 * Waiting for what another process brings about. Every wait ends: so late that no slow machine is mistaken for
 * a broken node, and early enough that a broken node does not hold up the tests.
 */

import { setTimeout as pause } from 'node:timers/promises'

const triesMax = 600
const pauseMs = 50
const patienceMs = 60_000

/** Resolves with the first answer that is neither false nor null. */
export async function eventually<Answer>(
  what: string,
  look: () => Promise<Answer | false | null>,
): Promise<Answer> {
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await look()
    if (answer !== false && answer !== null) return answer
    await pause(pauseMs)
  }
  throw new Error(`waited in vain for ${what}`)
}

/** The promise itself, or a rejection that says what did not come. */
export async function inTime<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  const late = new AbortController()
  const tooLate = pause(patienceMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`waited in vain for ${what}`)
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    late.abort()
    tooLate.catch(() => {})
  }
}
