/**
 * How a change of configuration happens, as a pure function of state and event. It knows neither bundles nor threads: a
 * change is a number of steps, each of which can be undone, also one of which nobody knows whether it happened.
 *
 *     idle ──begin──► doing ──last step done──► probation ──held──► idle     all steps done
 *      ▲                │                          │
 *      │            a step failed              it fell
 *      │                ▼                          ▼
 *      └──────────── undoing ◄─────────────────────┘                         none done
 *                       │ a step cannot be undone, tried again and again
 *                       ▼
 *                     torn                                                   a person is needed
 *
 * One change at a time; what begins meanwhile is refused. Wherever it stops, the node has the whole change or none of it.
 */

export interface Applying {
  readonly phase: 'idle' | 'doing' | 'probation' | 'undoing' | 'torn'
  readonly steps: number
  /** Steps that are done, or may be: undoing begins with the last of them. */
  readonly done: number
  /** How often the step under way could not be undone. */
  readonly tries: number
  readonly watched: boolean
  /** Why it is undone. */
  readonly because: string
}

export type ApplyingEvent =
  /** `watched` changes are on probation afterwards. */
  | { readonly kind: 'begin'; readonly steps: number; readonly watched: boolean }
  | { readonly kind: 'did' }
  | { readonly kind: 'failed'; readonly because: string }
  | { readonly kind: 'held' }
  | { readonly kind: 'fell'; readonly because: string }

export type ApplyingEffect =
  | { readonly kind: 'do'; readonly step: number }
  /** After so long. */
  | { readonly kind: 'undo'; readonly step: number; readonly inMs: number }
  /** All steps are done: say so. */
  | { readonly kind: 'announce' }
  | { readonly kind: 'watch' }
  | { readonly kind: 'kept' }
  | { readonly kind: 'undone'; readonly because: string }
  | { readonly kind: 'torn'; readonly because: string }
  | { readonly kind: 'busy' }

export const notApplying: Applying = {
  phase: 'idle',
  steps: 0,
  done: 0,
  tries: 0,
  watched: false,
  because: '',
}

/** A service that fell is back long before. */
export const undoTriesMax = 50
export const undoRetryMs = 100

type Step = readonly [Applying, readonly ApplyingEffect[]]

export function applying(state: Applying, event: ApplyingEvent): Step {
  switch (event.kind) {
    case 'begin':
      if (state.phase !== 'idle' && state.phase !== 'torn') return [state, [{ kind: 'busy' }]]
      return onward({ ...notApplying, phase: 'doing', steps: event.steps, watched: event.watched })
    case 'did':
      if (state.phase === 'doing') return onward({ ...state, done: state.done + 1 })
      return state.phase === 'undoing' ? back({ ...state, done: state.done - 1, tries: 0 }, 0) : [state, []]
    case 'failed':
      // Nobody knows how far it came, so it is undone as well.
      if (state.phase === 'doing')
        return back({ ...state, phase: 'undoing', done: state.done + 1, because: event.because }, 0)
      return state.phase === 'undoing' ? again(state, event.because) : [state, []]
    case 'held':
      return state.phase === 'probation' ? [notApplying, [{ kind: 'kept' }]] : [state, []]
    case 'fell':
      if (state.phase !== 'probation') return [state, []]
      return back({ ...state, phase: 'undoing', because: event.because }, 0)
  }
}

function onward(state: Applying): Step {
  if (state.done < state.steps) return [state, [{ kind: 'do', step: state.done }]]
  if (state.watched) return [{ ...state, phase: 'probation' }, [{ kind: 'announce' }, { kind: 'watch' }]]
  return [notApplying, [{ kind: 'announce' }, { kind: 'kept' }]]
}

function back(state: Applying, inMs: number): Step {
  if (state.done > 0) return [state, [{ kind: 'undo', step: state.done - 1, inMs }]]
  return [notApplying, [{ kind: 'undone', because: state.because }]]
}

function again(state: Applying, because: string): Step {
  const tries = state.tries + 1
  if (tries < undoTriesMax) return back({ ...state, tries }, undoRetryMs)
  const why = `${state.because}; and it cannot be undone: ${because}`
  return [{ ...state, phase: 'torn', because: why }, [{ kind: 'torn', because: why }]]
}
