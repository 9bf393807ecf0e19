/**
 * One request in its service, from its arrival to its end, as a pure decision. It knows no handler and no port:
 * `answering.ts` and the model checker carry out what it says.
 *
 *     waiting ──turn──► running ──finished──► ended
 *        │                 │
 *        └──abort──► ended └──abort──► running, told to stop
 *
 * Whoever waits for an answer gets exactly one; who cancelled, none.
 */

export interface Serving {
  readonly phase: 'waiting' | 'running' | 'ended'
  /** The caller has not cancelled. */
  readonly awaited: boolean
  /** It was told to stop. */
  readonly aborted: boolean
}

/** `abort`: its deadline has passed, the service stops, or the caller's port has ended. */
export type ServingEvent = 'turn' | 'cancel' | 'abort' | 'finished'

export type ServingEffect =
  /** Tell the handler to stop. */
  | 'abort'
  /** Give its place in the inbox to others. */
  | 'withdraw'
  /** Send what the handler came to. */
  | 'answer'
  /** Send why it was aborted. */
  | 'refuse'
  /** Keep nothing of it. */
  | 'forget'

export const arrived: Serving = { phase: 'waiting', awaited: true, aborted: false }

type Step = readonly [Serving, readonly ServingEffect[]]

export function serve(serving: Serving, event: ServingEvent): Step {
  if (serving.phase === 'ended') return [serving, []]
  switch (event) {
    case 'turn':
      return [{ ...serving, phase: 'running' }, []]
    case 'cancel':
      return aborted({ ...serving, awaited: false })
    case 'abort':
      return aborted(serving)
    case 'finished':
      return [{ ...serving, phase: 'ended' }, serving.awaited ? ['answer', 'forget'] : ['forget']]
  }
}

/** What runs is told and ends by itself; what waits loses its place at once. */
function aborted(serving: Serving): Step {
  if (serving.phase === 'running') return [{ ...serving, aborted: true }, ['abort']]
  const ended: Serving = { ...serving, phase: 'ended', aborted: true }
  return [ended, ['abort', 'withdraw', ...(serving.awaited ? (['refuse'] as const) : []), 'forget']]
}
