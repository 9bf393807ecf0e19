/**
 * An answer that says something is done is given once it is settled: not before a crash of this thread
 * could no longer undo it. Where that is so at once, as in the arena, the answer is given at once.
 */

import type { Journal } from '@ron/kernel/ports/journal'

export type Acknowledge = <Answer>(answer: Answer) => Answer | Promise<Answer>

export function acknowledgeBy(settled: Journal['settled']): Acknowledge {
  return (answer) => {
    const settling = settled()
    return settling === null ? answer : settling.then(() => answer)
  }
}
