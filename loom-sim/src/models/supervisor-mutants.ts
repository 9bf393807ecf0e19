/** The supervisor with one check, effect or order taken out: what the checker has to find fault with. */

import { supervise } from '@ron/kernel/supervisor/supervise'
import type { SupervisionEffect, SupervisionEvent } from '@ron/kernel/supervisor/supervise'

type Decide = typeof supervise
type Mutants = Readonly<Record<string, Decide>>

export const aloneMutants: Mutants = {
  'forgets to set its timer': without('timer', 'exited'),
  'forgets its restarts': (state, event, shape) => supervise({ ...state, restartsAtMs: [] }, event, shape),
  'never tries again after it held a service down': (state, event, shape) =>
    event.kind === 'timer' && state.phase === 'waiting' && state.degraded
      ? [state, [{ kind: 'timer', inMs: 1 }]]
      : supervise(state, event, shape),
  'starts a second thread': (state, event, shape) =>
    supervise(
      event.kind === 'start' && state.phase === 'running' ? { ...state, phase: 'idle' } : state,
      event,
      shape,
    ),
  'never forgets a restart': (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    const proof = event.kind === 'timer' && state.phase === 'running'
    return [proof ? { ...next, restartsAtMs: state.restartsAtMs } : next, effects]
  },
  'does not say that a service is down': without('down', 'exited'),
  'does not say that a service is up': without('up', 'ready'),
  'starts without a deadline': without('timer', 'timer'),
  'does not kill what starts too slowly': without('kill', 'timer'),
  'does not kill what hangs': without('kill', 'look'),
  'does not cut off what it kills': without('cut', 'look'),
  'looks and sees nothing': (state, event, shape) =>
    event.kind === 'look' ? [state, []] : supervise(state, event, shape),
  'takes its own lag for a hang': (state, event, shape) =>
    supervise(state, event, { ...shape, lookMs: Number.POSITIVE_INFINITY }),
  'waits after every failure': (state, event, shape) =>
    supervise(state, event.kind === 'exited' ? { ...event, cause: 'slow-start' } : event, shape),
  'replaces a thread that it cannot end': (state, event, shape) =>
    supervise(
      event.kind === 'timer' && state.phase === 'ending' ? { ...state, phase: 'waiting' } : state,
      event,
      shape,
    ),
  'stays degraded once it is ready': (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [{ ...next, degraded: state.degraded || next.degraded }, effects]
  },
  'believes a thread that says ready while it waits': (state, event, shape) =>
    event.kind === 'exited' && state.phase === 'running'
      ? [state, [{ kind: 'down', cause: 'throw', because: '', retryInMs: 0, degraded: false }]]
      : supervise(state, event, shape),
}

/** What only a stop brings to light. */
export const stoppableMutants: Mutants = {
  'stops without a deadline': without('timer', 'stop'),
  'leaves its spare behind': without('end-spare', 'stop', 'exited'),
  'does not ask the thread to stop': without('retire', 'stop'),
  'does not kill what stops too slowly': without('kill', 'timer'),
  'restarts what was asked to stop': (state, event, shape) =>
    supervise(
      event.kind === 'exited' && state.phase === 'stopping' ? { ...state, phase: 'running' } : state,
      event,
      shape,
    ),
  'leaves its timer behind when it ends': without('no-timer', 'stop', 'exited'),
  'spawns while it stops': (state, event, shape) =>
    supervise(
      event.kind === 'timer' && state.phase === 'stopping' ? { ...state, phase: 'waiting' } : state,
      event,
      shape,
    ),
  'forgets to say that it has ended': without('ended', 'stop', 'exited'),
}

/** The supervisor, but on these events it leaves out this effect. */
function without(kind: SupervisionEffect['kind'], ...on: readonly SupervisionEvent['kind'][]): Decide {
  return (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [next, on.includes(event.kind) ? effects.filter((effect) => effect.kind !== kind) : effects]
  }
}
