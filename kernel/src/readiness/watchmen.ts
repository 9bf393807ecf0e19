/** Who listens to the bus in every node: the log, the counters of failures and the readiness gates. */

import type { Bus } from '../bus/bus.ts'
import type { KernelEvent } from '../bus/events.ts'
import type { Log } from '../ports/log.ts'
import type { Cause } from '../supervisor/cause.ts'
import type { ServiceStatus } from '../supervisor/service-status.ts'

export interface WatchmenParts {
  readonly log: Log
  failed(service: string, cause: Cause): void
  restarted(service: string): void
  recovered(service: string, seconds: number): void
  services(): readonly ServiceStatus[]
  /** Opens or closes the gate of a service. */
  report(service: string, ok: boolean, because: string): void
}

const capacity = 256

export function listenToBus(bus: Bus, { log, services, report, ...meter }: WatchmenParts): void {
  bus.subscribe({
    name: 'readiness',
    capacity,
    handle(event) {
      if (event.kind === 'Health') report(event.service, event.ok, event.because ?? '')
      if (event.kind === 'ServiceCrashed') meter.failed(event.service, event.cause)
      if (event.kind === 'ServiceRestarted') meter.restarted(event.service)
      if (event.kind === 'ServiceRecovered') meter.recovered(event.service, event.downMs / 1_000)
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
      const { service, cause, because, retryInMs, degraded } = event
      log.error(degraded ? 'service degraded: it keeps failing and is held down' : 'service failed', {
        service,
        cause,
        because,
        retry_in_ms: retryInMs,
      })
      return
    }
    case 'ServiceRestarted':
      return log.info('service restarted', { service: event.service })
    case 'ServiceRecovered':
      return log.info('service recovered', { service: event.service, down_ms: Math.round(event.downMs) })
    case 'ConfigUpdated':
      return log.info('configuration updated', { version: event.version })
    case 'Shutdown':
      return log.info('shutdown', { because: event.because, deadline_ms: event.deadlineMs })
  }
}
