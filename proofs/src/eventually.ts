/** Waiting for what another process brings about: asked again until it holds, with a generous end. */

import { setTimeout as pause } from 'node:timers/promises'

const triesMax = 600
const pauseMs = 50

/** Resolves with the first answer that is neither false nor null. */
export async function eventually<Answer>(what: string, look: () => Promise<Answer | false | null>): Promise<Answer> {
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await look()
    if (answer !== false && answer !== null) return answer
    await pause(pauseMs)
  }
  throw new Error(`waited in vain for ${what}`)
}
