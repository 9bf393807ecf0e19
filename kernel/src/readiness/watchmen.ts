/** Who listens to the bus in every node: the log, the restart counter and the readiness gates. */

import type { Bus } from '../bus/bus.ts'
import type { KernelEvent } from '../bus/events.ts'
import type { Log } from '../ports/log.ts'
import type { ServiceStatus } from '../supervisor/services.ts'

export interface WatchmenParts {
  readonly log: Log
  restarted(service: string): void
  services(): readonly ServiceStatus[]
  /** Opens or closes the gate of a service. */
  report(service: string, ok: boolean, because: string): void
}

const capacity = 256

export function listenToBus(bus: Bus, { log, restarted, services, report }: WatchmenParts): void {
  bus.subscribe({
    name: 'readiness',
    capacity,
    handle(event) {
      if (event.kind === 'Health') report(event.service, event.ok, event.because ?? '')
      if (event.kind === 'ServiceRestarted') restarted(event.service)
    },
    // What the lost events said is in the state they came from.
    lagged() {
      for (const { name, ready, because } of services()) report(name, ready, because)
    },
  })
  bus.subscribe({
    name: 'log',
    capacity,
    handle: (event) => logged(log, event),
    lagged: (count) => log.warn('kernel events were lost to the log', { count }),
  })
}

function logged(log: Log, event: KernelEvent): void {
  switch (event.kind) {
    case 'Health':
      if (event.ok && event.because === '') log.info('service ready', { service: event.service })
      else log.warn('service not well', { service: event.service, ok: event.ok, because: event.because })
      return
    case 'ServiceCrashed': {
      const { service, because, retryInMs, degraded } = event
      log.error(degraded ? 'service degraded: it keeps crashing' : 'service crashed', {
        service,
        because,
        retry_in_ms: retryInMs,
      })
      return
    }
    case 'ServiceRestarted':
      return log.info('service restarted', { service: event.service })
    case 'ConfigUpdated':
      return log.info('configuration updated', { version: event.version })
    case 'Shutdown':
      return log.info('shutdown', { because: event.because, deadline_ms: event.deadlineMs })
  }
}
