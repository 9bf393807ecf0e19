/**
 * The overlay's ceilings in this thread: a decision costs map lookups and no message. The overlay service owns
 * the limits and the flags, and every change of them arrives here; while it is down the last ones hold.
 */

import type { overlay } from '@ron/services/overlay/contract'
import { Ceilings } from '@ron/services/overlay/ceilings'
import { snapshotOf } from '@ron/services/overlay/wire'
import type { Admission } from '@ron/transport/wall/admission'
import type { Bus } from '../bus/bus.ts'
import { isLoopback } from '../config/socket-address.ts'
import type { Clock } from '../ports/clock.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import { follow } from './follow.ts'

type Watch = (typeof overlay)['operations']['watch']

export interface FollowedOverlay {
  readonly admission: Admission
  stop(): void
}

/** `changed` is told when the ceilings are known, for the readiness gate. Before that nothing is admitted. */
export function followOverlay(
  dispatch: Dispatch,
  bus: Bus,
  clock: Clock,
  log: Log,
  changed: (known: boolean) => void,
): FollowedOverlay {
  let ceilings: Ceilings | null = null

  const stop = follow<Watch>(dispatch, bus, clock, log, {
    service: 'overlay',
    operation: 'watch',
    changed(event) {
      const snapshot = snapshotOf(event)
      if (ceilings === null) ceilings = new Ceilings(snapshot, clock.monotonic())
      else ceilings.update(snapshot, clock.monotonic())
      changed(true)
    },
    lost() {},
  })

  return {
    stop,
    admission: {
      enter(facts) {
        if (ceilings !== null) return ceilings.enter(facts, clock.monotonic())
        const message = 'the ceilings are not known yet; try again shortly'
        return { admit: false, retryAfterMs: 250, message, rule: 'overlay.unknown' }
      },
      denied(peer) {
        // A proxy on this machine speaks for many; slowing it down would punish them all for one.
        if (ceilings === null || isLoopback(peer)) return 0
        return ceilings.denied(peer, clock.monotonic())
      },
    },
  }
}
