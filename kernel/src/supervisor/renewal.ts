/** Who may have a service go on with a new supervisor, and when: one after the other, and not while it is between two threads. */

import { Refusal } from '../contract/refusals.ts'
import type { Member } from './member.ts'

type Renewing = Pick<Member, 'turn' | 'turns'>

/** Does the work, at once or when what was asked for before is done, however that ended. */
export function inTurn<Result>(member: Renewing, work: () => Promise<Result>): Promise<Result> {
  const result = (member.turns === 0 ? work() : member.turn.then(work)).finally(() => member.turns--)
  member.turns++
  member.turn = result.catch(() => undefined)
  return result
}

/** Why a person who asks for a restart is not given one now; null when nothing is against it. */
export function restartObjection({
  contract: { name },
  supervisor: { phase },
  turns,
}: Pick<Member, 'contract' | 'turns'> & {
  readonly supervisor: Pick<Member['supervisor'], 'phase'>
}): Refusal | null {
  if (turns > 0) return conflict(`${name} is being restarted already`)
  if (phase === 'running' || phase === 'waiting') return null
  return conflict(`${name} is ${phase}, so there is nothing to restart yet`)
}

function conflict(because: string): Refusal {
  return new Refusal('Conflict', because, {
    explain: { wall: 'handler', fix: 'see ronctl status, and ask again when it is running' },
  })
}
