/**
 * The life of a node as a pure decision.
 *
 *     Running ──shutdown──► Draining ──drained──► Stopped
 *                              │                     ▲
 *                              └─deadline─► Aborting ┘
 *
 * Draining takes no new connections and ends each that is left with its next answer; Aborting ends them by
 * force. A second shutdown while draining means the operator will not wait: it aborts. Effects are carried out in
 * order, each when the one before is done: memory is overwritten when nobody can write to it any more, and that
 * is the last thing.
 */

export type NodePhase = 'Running' | 'Draining' | 'Aborting' | 'Stopped'

export type LifecycleEvent = 'shutdown' | 'drained' | 'deadline' | 'aborted'

export type LifecycleEffect =
  | 'refuse-new'
  | 'stop-accepting'
  | 'await-in-flight'
  | 'force-close'
  | 'stop-services'
  | 'overwrite-memory'
  /** The end, and which it was. */
  | 'end-drained'
  | 'end-aborted'

export function lifecycle(
  phase: NodePhase,
  event: LifecycleEvent,
): readonly [NodePhase, readonly LifecycleEffect[]] {
  if (phase === 'Running' && event === 'shutdown') {
    return ['Draining', ['refuse-new', 'stop-accepting', 'await-in-flight']]
  }
  if (phase === 'Draining' && event === 'drained')
    return ['Stopped', ['stop-services', 'overwrite-memory', 'end-drained']]
  if (phase === 'Draining' && (event === 'deadline' || event === 'shutdown'))
    return ['Aborting', ['force-close']]
  if (phase === 'Aborting' && event === 'aborted')
    return ['Stopped', ['stop-services', 'overwrite-memory', 'end-aborted']]
  return [phase, []]
}
