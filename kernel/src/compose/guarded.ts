/** What a node under guard tells its guard, and what it does when the guard is gone. */

import type { ToGuard } from '../guard/guard.ts'

/** Does nothing for a node that nobody guards. */
export function reportToGuard(ready: Promise<void>, shutdown: (because: string) => void): void {
  if (process.send === undefined) return
  void ready.then(() => tell('ready'))
  process.once('disconnect', () => shutdown('its guard is gone'))
}

/** Said before the drain, so that the end which follows is no surprise. */
export function tellStopping(): void {
  tell('stopping')
}

/** Has the guard start this node again with more arguments of Node's. False where there is no guard. */
export function askToConfine(flags: readonly string[]): boolean {
  if (process.send === undefined) return false
  const message: ToGuard = { flags }
  process.send(message, undefined, {}, () => process.exit(0))
  return true
}

function tell(message: ToGuard): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined)
}
