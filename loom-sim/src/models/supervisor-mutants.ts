/** Ways to break the supervisor. `supervisor.ts` has the worlds in which each is caught. */

import { supervise, type SupervisionEffect, type SupervisionEvent } from '@ron/kernel/supervisor/supervise'

type Decide = typeof supervise

export const mutantsLeftAlone: Readonly<Record<string, Decide>> = {
  'forgets to set its timers': without('timer'),
  'does not say that a service is down': without('down'),
  'does not say that a service is up': without('up'),
  'does not cut off what it kills': without('cut'),
  'does not kill what hangs or starts too slowly': without('kill'),
  'never says that a thread is stuck': without('stuck'),
  'leaves the timer of the start running when it is ready': without('timer', 'ready'),
  'forgets its restarts': (state, event, shape) => supervise({ ...state, restartsAtMs: [] }, event, shape),
  'never forgets a restart': (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    const proof = event.kind === 'timer' && state.phase === 'running'
    return [proof ? { ...next, restartsAtMs: state.restartsAtMs } : next, effects]
  },
  'counts a restart twice as old as it is': (state, event, shape) =>
    supervise({ ...state, restartsAtMs: state.restartsAtMs.map((at) => at * 2) }, event, shape),
  'waits after every failure': (state, event, shape) =>
    supervise(state, event.kind === 'exited' ? { ...event, cause: 'slow-start' } : event, shape),
  'never tries again after it held a service down': (state, event, shape) =>
    event.kind === 'timer' && state.phase === 'waiting' && state.degraded
      ? [state, [{ kind: 'timer', inMs: 1 }]]
      : supervise(state, event, shape),
  'starts a second thread': (state, event, shape) => {
    const again = event.kind === 'start' && state.phase === 'running'
    return supervise(again ? { ...state, phase: 'idle' } : state, event, shape)
  },
  'replaces a thread that it cannot end': (state, event, shape) =>
    event.kind === 'timer' && state.phase === 'ending'
      ? supervise({ ...state, phase: 'waiting' }, event, shape)
      : supervise(state, event, shape),
  'stays degraded once it is ready': (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    return [{ ...next, degraded: state.degraded || next.degraded }, effects]
  },
  'forgets that its spare is gone': (state, event, shape) =>
    event.kind === 'spare-lost' ? [state, []] : supervise(state, event, shape),
  'prepares a second spare': (state, event, shape) =>
    supervise(event.kind === 'warm' ? { ...state, spare: false } : state, event, shape),
  'takes its own lag for a hang': (state, event, shape) =>
    supervise(state, event, { ...shape, lookMs: Number.POSITIVE_INFINITY }),
  'looks and sees nothing': (state, event, shape) =>
    event.kind === 'look' ? [state, []] : supervise(state, event, shape),
}

export const mutantsStoppable: Readonly<Record<string, Decide>> = {
  'stops without a deadline': without('timer', 'stop'),
  'does not ask the thread to stop': without('retire', 'stop'),
  'does not kill what stops too slowly': without('kill', 'timer'),
  'leaves its spare behind': without('end-spare'),
  'leaves its timer behind when it ends': without('no-timer', 'stop', 'exited', 'timer'),
  'forgets to say that it has ended': without('ended', 'stop', 'exited', 'timer'),
  'restarts what was asked to stop': (state, event, shape) => {
    const again = event.kind === 'exited' && state.phase === 'stopping'
    return supervise(again ? { ...state, phase: 'running' } : state, event, shape)
  },
  'spawns while it stops': (state, event, shape) => {
    const again = event.kind === 'timer' && state.phase === 'stopping'
    return supervise(again ? { ...state, phase: 'waiting' } : state, event, shape)
  },
}

/** The supervisor, but on these events, or on all, it leaves out this effect. */
function without(kind: SupervisionEffect['kind'], ...on: readonly SupervisionEvent['kind'][]): Decide {
  return (state, event, shape) => {
    const [next, effects] = supervise(state, event, shape)
    const all = on.length === 0 || on.includes(event.kind)
    return [next, all ? effects.filter((effect) => effect.kind !== kind) : effects]
  }
}
