/**
 * What every part of a node stands on: time and chance, logs, counters, gates, the bus, and the services under
 * supervision. Nothing here knows a socket.
 */

import * as roster from '@ron/services/roster'
import type { Accounts } from '@ron/transport/wall/tenants/accounts'
import { Bus } from '../bus/bus.ts'
import type { NodeConfig } from '../config/node-config.ts'
import type { Contract } from '../contract/contract.ts'
import { logging, type Logging } from '../log/logging.ts'
import { kernelMetrics, type KernelMetrics } from '../metrics/metrics.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Random } from '../ports/random.ts'
import { Gates } from '../readiness/readiness.ts'
import { Services } from '../supervisor/services.ts'
import { supervision } from '../supervisor/supervise.ts'
import { pendingTimers, systemClock } from '../system/clock.ts'
import { readTextFile } from '../system/files.ts'
import { readMachine } from '../system/machine.ts'
import { systemRandom } from '../system/random.ts'
import { standardOutput } from '../system/stdout.ts'
import { WorkerThread } from '../thread/thread.ts'
import { modules } from './modules.ts'
import { hasPeers } from './peers/settings.ts'
import { shedding, type Shedding } from './shedding.ts'
import { accountsOf } from './tenants/accounts.ts'
import { listenToBus } from '../readiness/watchmen.ts'

/** The services that this node runs. */
export function contractsOf(config: NodeConfig): readonly Contract[] {
  const all: readonly Contract[] = Object.values(roster)
  return all.filter(({ name }) => {
    if (name === roster.audit.name) return config.node.audit
    return name !== roster.peers.name || hasPeers(config)
  })
}

const entropyBitsMin = 128

export interface Ground {
  readonly clock: Clock
  readonly random: Random
  readonly logs: Logging
  readonly log: Log
  readonly metrics: KernelMetrics
  readonly bus: Bus
  readonly services: Services
  readonly accounts: Accounts
  readonly gates: Gates
  readonly ladder: Shedding
  /** Opens or closes a readiness gate. `because` counts while it is closed. */
  readonly report: (gate: string, ok: boolean, because: string) => void
  readonly uptimeMs: () => number
}

/** `connections` is asked at a scrape; the sockets come later. */
export function groundOf(config: NodeConfig, connections: () => number): Ground {
  const { name: profile } = config.profile
  const { amnesia } = config.node
  const clock = systemClock
  const random = systemRandom
  const startedAt = clock.monotonic()
  const uptimeMs = () => clock.monotonic() - startedAt
  const output = standardOutput()
  const logs = logging({ ...config.log, amnesia, clock, sink: output })
  const log = logs.for('kernel')

  const contracts = contractsOf(config)
  const gated = contracts.filter(({ need }) => need === 'required').map(({ name }) => `service:${name}`)
  const gates = new Gates([
    'kernel',
    'config',
    'entropy',
    'version',
    'listeners',
    'auth',
    'policy',
    'ceilings',
    'accepting',
    ...gated,
  ])
  const report = (gate: string, ok: boolean, because: string) =>
    gates.report(gate, { ok, because: ok ? '' : because })
  const { entropyBits } = readMachine(readTextFile)
  report('config', true, '')
  report(
    'entropy',
    entropyBits === null || entropyBits >= entropyBitsMin,
    `the system has ${entropyBits} bits`,
  )

  const names = contracts.map(({ name }) => name)
  const metrics = kernelMetrics(profile, amnesia, names, {
    ready: () => gates.read().ready,
    shed: () => ladder.shed(),
    uptimeSeconds: () => uptimeMs() / 1_000,
    connections,
    droppedLines: () => output.dropped,
    timers: pendingTimers,
    inboxDepths: () =>
      services.status().map(({ name, inboxDepth }) => ({ service: name, depth: inboxDepth })),
  })
  const bus = new Bus({
    lagged: (subscriber, count) => metrics.lagged(subscriber, count),
    failed: (subscriber, thrown) =>
      log.error('a bus subscriber failed', { subscriber, because: String(thrown) }),
  })
  const accounts = accountsOf(config, clock)
  const services = new Services({
    makeThread: (birth, observer) => new WorkerThread(birth, observer),
    contracts,
    modules,
    config: config.services,
    supervision: { ...supervision, ...config.supervision },
    heapBytesMax: config.supervision.heapMax,
    clock,
    random,
    bus,
    meter: metrics.services,
    log: (service) => logs.for(service),
    ledger: accounts,
  })
  const ladder = shedding(
    () => services.pressure(),
    clock,
    log,
    (well, because) => report('kernel', well, because),
  )
  services.warm()
  listenToBus(bus, {
    log,
    failed: (service, cause) => metrics.failed(service, cause),
    restarted: (service) => metrics.restarted(service),
    recovered: (service, seconds) => metrics.recovered(service, seconds),
    services: () => services.status(),
    report: (service, ok, because) => {
      if (gated.includes(`service:${service}`)) report(`service:${service}`, ok, because)
    },
  })
  return { clock, random, logs, log, metrics, bus, services, accounts, gates, ladder, report, uptimeMs }
}
