/** What the clients of a node wait for, several of whom ask at once. */

import { inTurns } from '../in-turns.ts'

const clients = 8
/** Before any is counted. */
const warmUps = 200

/** Asks so many times, and says how many milliseconds each answer took; `hold` throws at one that is wrong. */
export async function asked<Answer>(
  many: number,
  ask: (nth: number) => Promise<Answer>,
  hold: (answer: Answer, nth: number) => void,
): Promise<readonly number[]> {
  await inTurns(Math.min(many, warmUps), clients, ask)
  const times: number[] = []
  await inTurns(many, clients, async (nth) => {
    const from = performance.now()
    const answer = await ask(nth)
    times.push(performance.now() - from)
    hold(answer, nth)
  })
  return times
}
