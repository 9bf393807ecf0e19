/** The end of a node: what each step of its drain means for its doors, its services and what it keeps. */

import type { NodeConfig } from '../config/node-config.ts'
import type { LifeWork } from '../lifecycle/life.ts'
import type { Doors } from './doors.ts'
import type { Ground } from './ground.ts'
import type { NodeSurface } from './surfaces.ts'
import { until } from './until.ts'

/** How long one service may take to stop before its thread is ended. */
const stopGraceMs = 2_000
/** How long the connections of a draining node must have been silent. */
const quietMs = 250

/** The admin surface answers to the end. */
export function lifeWork(
  ground: Ground,
  doors: Doors,
  aside: {
    readonly stopFollowing: () => void
    readonly recordRest: () => Promise<void>
    readonly giveAway: () => Promise<unknown>
    readonly wipe: () => void
  },
  { drainDeadlineMs: deadlineMs, handOver: shared }: NodeConfig['node'],
): LifeWork {
  const { log, bus, services, report } = ground
  return {
    refuseNew(because) {
      report('accepting', false, because)
      log.info('draining', { because })
      bus.publish({ kind: 'Shutdown', because, deadlineMs })
      doors.node?.drain()
    },
    stopAccepting() {
      doors.node?.listener.stopAccepting()
      // Where ports are shared, whoever asks how the node is shall ask the one that takes over.
      if (shared) doors.admin?.stopAccepting()
    },
    inFlightDone: () => quiet(ground, doors),
    forceClose() {
      log.warn('the drain took too long; what is left is ended')
      void doors.node?.listener.close(0)
    },
    async stopServices() {
      aside.stopFollowing()
      await doors.node?.listener.close(0)
      await aside.recordRest()
      await services.stop(stopGraceMs)
      await aside.giveAway()
      await doors.admin?.close(0)
      log.info('stopped', {})
    },
    overwriteMemory() {
      aside.wipe()
      log.info('what the services kept was overwritten with zeros', { bytes: services.zeroize() })
    },
  }
}

function inFlight(surface: NodeSurface): number {
  return surface.listener.inFlight() + surface.oapInFlight()
}

/**
 * Resolves when no connection is left, or nothing was asked on those that are for a while: each is closed with
 * its next answer, so who asks at all goes elsewhere, and who does not is no reason to wait.
 */
async function quiet(ground: Ground, { node }: Doors): Promise<void> {
  if (node === null) return
  const { clock } = ground
  let busyAtMs = clock.monotonic()
  await until(ground, () => {
    if (inFlight(node) > 0) busyAtMs = clock.monotonic()
    return (
      inFlight(node) === 0 && (node.listener.connections() === 0 || clock.monotonic() - busyAtMs >= quietMs)
    )
  })
}
