/**
 * A whole node in one thread: the kernel's own services, supervisors, bus and gates over simulated threads, links
 * and time. Nothing in it happens but by `deliver` and `clock`.
 */

import { noLedger } from '@ron/kernel/fairness/no-ledger.fixture'
import { Bus } from '@ron/kernel/bus/bus'
import { listenToBus } from '@ron/kernel/readiness/watchmen'
import type { Log } from '@ron/kernel/ports/log'
import type { Random } from '@ron/kernel/ports/random'
import { Gates } from '@ron/kernel/readiness/readiness'
import { Services } from '@ron/kernel/supervisor/services'
import { supervision } from '@ron/kernel/supervisor/supervise'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { config, contracts } from './roster.ts'
import { SimThread, type StartService } from './thread.ts'
import { Traffic } from './traffic.ts'

export interface SimNode {
  readonly services: Services
  readonly clock: ManualClock
  readonly traffic: Traffic
  readonly bus: Bus
  readonly gates: Gates
  /** Those that are alive. */
  readonly threads: () => readonly SimThread[]
}

/** Short times, so that a short history has many restarts, and some services that are held down. */
const shape = {
  ...supervision,
  backoff: { baseMs: 10, capMs: 200 },
  restartsMax: 4,
  windowMs: 3_000,
  startTimeoutMs: 400,
  provenMs: 100,
  hangAfterMs: 600,
  endMs: 200,
}

export function simNode(
  simulated: Readonly<Record<string, StartService>>,
  random: Random,
  told: (what: string) => void,
): SimNode {
  const clock = new ManualClock()
  const traffic = new Traffic()
  const threads: SimThread[] = []
  const note = (message: string) => told(`log: ${message}`)
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const bus = new Bus({ lagged() {}, failed: (name) => told(`subscriber ${name} failed`) })
  const gates = new Gates(contracts.map(({ name }) => name))
  const services = new Services({
    makeThread(birth, observer) {
      const thread = new SimThread({ traffic, clock, random, log, services: simulated }, birth, observer)
      threads.push(thread)
      return thread
    },
    contracts,
    modules: { hostUrl: '', serviceUrl: (name) => name },
    config,
    heapBytesMax: 2 ** 26,
    supervision: shape,
    clock,
    random,
    bus,
    meter: { answered: (service, operation, outcome) => told(`${service}.${operation} ${outcome}`) },
    log: () => log,
    ledger: noLedger,
  })
  listenToBus(bus, {
    log,
    restarted: (service) => told(`${service} restarted`),
    failed: (service, cause) => told(`${service} failed: ${cause}`),
    recovered: (service) => told(`${service} recovered`),
    services: () => services.status(),
    report: (service, ok, because) => gates.report(service, { ok, because }),
  })
  return {
    services,
    clock,
    traffic,
    bus,
    gates,
    threads: () => threads.filter(({ alive }) => alive),
  }
}
