/**
 * One node, put together and running: services under supervision, the wall in front of them, two surfaces,
 * and a life that ends in a drain. This is the only place where all the parts meet.
 */

import { adminRoutes, goldenRoutes, type Guard } from '@ron/admin/endpoints'
import type { NodeView, ServiceView } from '@ron/admin/node-view'
import * as roster from '@ron/services/roster'
import { publicOperations } from '@ron/transport/gateway/public-operations'
import { bearerOf } from '@ron/transport/gateway/token'
import { createAuth, type Auth } from '@ron/transport/wall/auth'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { noTenant } from '@ron/transport/wall/request'
import { Bus } from '../bus/bus.ts'
import { versionInfo, type BuildInfo } from '../cli/version.ts'
import { exposure } from '../config/exposure.ts'
import type { Loaded } from '../config/load.ts'
import { parseSocketAddress } from '../config/socket-address.ts'
import { Refusal } from '../contract/refusals.ts'
import type { Contract } from '../contract/contract.ts'
import { Life } from '../lifecycle/life.ts'
import { logging } from '../log/logging.ts'
import { kernelMetrics } from '../metrics/metrics.ts'
import { Gates } from '../readiness/readiness.ts'
import { Services, type ServiceStatus } from '../supervisor/services.ts'
import { supervision } from '../supervisor/supervise.ts'
import { systemClock } from '../system/clock.ts'
import { readTextFile } from '../system/files.ts'
import { readMachine } from '../system/machine.ts'
import { systemRandom } from '../system/random.ts'
import { standardOutput } from '../system/stdout.ts'
import { followOverlay } from './admission-port.ts'
import { capabilities } from './capabilities.ts'
import { frontOf } from './front.ts'
import { followPolicy } from './policy-port.ts'
import { openAdminSurface, openNodeSurface } from './surfaces.ts'
import { listenToBus } from './watchmen.ts'

const contracts: readonly Contract[] = Object.values(roster)
const entropyBitsMin = 128
/** How long one service may take to stop before its thread is ended. */
const stopGraceMs = 2_000
const pollMs = 20
const authCache = { cacheBytesMax: 16 * 2 ** 20, cacheTtlMs: 30_000 }

export interface RunningNode {
  readonly nodeUrl: string
  readonly adminUrl: string
  /** Null when the configuration asks for none. */
  readonly demoToken: string | null
  /** Begins the drain; the second call ends it. */
  shutdown(because: string): void
  /** Resolves with the exit code when the node has stopped. */
  readonly ended: Promise<number>
}

/** Resolves when the node is ready for the first time. Rejects with a sentence when it cannot start. */
export async function startNode(
  loaded: Loaded & { readonly ok: true },
  build: BuildInfo,
): Promise<RunningNode> {
  const { config } = loaded
  const { name: profile } = config.profile
  const { amnesia } = config.node
  const clock = systemClock
  const random = systemRandom
  const startedAt = clock.monotonic()
  const output = standardOutput()
  const logs = logging({ ...config.log, amnesia, clock, sink: output })
  const log = logs.for('kernel')

  const required = contracts.filter(({ need }) => need === 'required').map(({ name }) => name)
  const gates = new Gates([
    'config',
    'entropy',
    'version',
    'listeners',
    'policy',
    'ceilings',
    'accepting',
    ...required.map((name) => `service:${name}`),
  ])
  const report = (gate: string, ok: boolean, because = '') =>
    gates.report(gate, { ok, because: ok ? '' : because })
  report('config', true)
  report('version', build.version !== '', 'the build has no version')
  const entropyBits = readMachine(readTextFile).entropyBits
  report(
    'entropy',
    entropyBits === null || entropyBits >= entropyBitsMin,
    `the system has ${entropyBits} bits`,
  )

  let connections = () => 0
  const metrics = kernelMetrics(
    profile,
    amnesia,
    contracts.map(({ name }) => name),
    {
      ready: () => gates.read().ready,
      uptimeSeconds: () => (clock.monotonic() - startedAt) / 1_000,
      connections: () => connections(),
      droppedLines: () => output.dropped,
      inboxDepths: () =>
        services.status().map(({ name, inboxDepth }) => ({ service: name, depth: inboxDepth })),
    },
  )
  const bus = new Bus({
    lagged: (subscriber, count) => metrics.lagged(subscriber, count),
    failed: (subscriber, thrown) =>
      log.error('a bus subscriber failed', { subscriber, because: String(thrown) }),
  })
  const services = new Services({
    contracts,
    moduleUrl: (name) => import.meta.resolve(`@ron/services/${name}/service`),
    config: config.services,
    supervision,
    clock,
    random,
    bus,
    meter: metrics.services,
    log: (service) => logs.for(service),
  })
  listenToBus(bus, {
    log,
    restarted: (service) => metrics.restarted(service),
    services: () => services.status(),
    report: (service, ok, because) => {
      if (required.includes(service)) report(`service:${service}`, ok, because)
    },
  })

  const { roots, demoToken } = capabilities(nodeHmac, random, config.capabilities.macaroonPath, readTextFile)
  const auth = createAuth({ hmac: nodeHmac, roots, clock, audience: profile, ...authCache })
  const policy = followPolicy(services, clock, log, bundlePathOf(config.services), readTextFile, (inForce) =>
    report('policy', inForce, 'no policy is in force'),
  )
  const overlay = followOverlay(services, clock, log, (known) => report('ceilings', known, 'not known yet'))

  let closed: Refusal | null = null
  const front = frontOf(config, {
    auth,
    policy,
    admission: overlay.admission,
    dispatch: services,
    meter: metrics.front,
    clock,
    random,
    log: logs.for('front'),
    gate: () => closed,
  })

  const view: NodeView = {
    version: () => versionInfo(build, loaded),
    readiness: () => gates.read(),
    status: () => ({
      profile,
      version: build.version,
      phase: life.phase,
      ready: gates.read().ready,
      uptime_seconds: Math.floor((clock.monotonic() - startedAt) / 1_000),
      amnesia,
      node_addr: nodeUrl,
      admin_addr: adminUrl,
      connections: connections(),
      services: services.status().map(serviceView),
    }),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.expose() }),
  }
  const { admin: adminExposure, node: nodeExposure } = exposure(config)
  const nodeGuard = nodeExposure.loopback ? unguarded : guardedBy(auth)
  const adminGuard = adminExposure.demandsCapability ? guardedBy(auth) : unguarded
  const protocols = Object.fromEntries(contracts.map(({ name, oap }) => [name, oap]))
  const server = `${profile}/${build.version}`
  const surface = await openNodeSurface(
    config,
    front,
    publicOperations(contracts),
    goldenRoutes(view, nodeGuard),
    protocols,
    server,
  )
  const admin = await openAdminSurface(config, front, adminRoutes(view, adminGuard))
  connections = () => surface.listener.connections()
  const nodeUrl = urlOf(config.node.bindAddr, surface.listener.port)
  const adminUrl = urlOf(config.node.metricsAddr, admin.port)
  report('listeners', true)
  report('accepting', true)

  const life = new Life(
    {
      refuseNew(because) {
        report('accepting', false, because)
        closed = new Refusal('Draining', 'the node is shutting down; ask another, or again later')
        log.info('draining', { because })
        bus.publish({ kind: 'Shutdown', because, deadlineMs: config.node.drainDeadlineMs })
        surface.drain()
      },
      stopAccepting: () => surface.listener.stopAccepting(),
      inFlightDone: () => untilIdle(() => surface.listener.inFlight() + surface.oapInFlight()),
      forceClose() {
        log.warn('the drain took too long; what is left is ended')
        void surface.listener.close(0)
      },
      async stopServices() {
        policy.stop()
        overlay.stop()
        await surface.listener.close(0)
        await services.stop(stopGraceMs)
        await admin.close(0)
        log.info('stopped', {})
      },
    },
    clock,
    config.node.drainDeadlineMs,
  )

  log.info('listening', { node: nodeUrl, admin: adminUrl, profile, version: build.version })
  await services.start()
  await untilIdle(() => (gates.read().ready ? 0 : 1))
  log.info('ready', { latency_ms: Math.round(clock.monotonic() - startedAt) })
  return {
    nodeUrl,
    adminUrl,
    demoToken: config.capabilities.demoToken ? demoToken(clock.now()) : null,
    shutdown: (because) => life.shutdown(because),
    ended: life.ended,
  }

  /** Looks now and then; what it waits for is counted by others. */
  async function untilIdle(busy: () => number): Promise<void> {
    while (busy() > 0) await new Promise<void>((resolve) => clock.after(pollMs, resolve))
  }
}

const unguarded: Guard = () => {}

/** Lets in whoever has a capability for `admin.read`. */
function guardedBy(auth: Auth): Guard {
  return (exchange, traceId) => {
    const caller = auth.enter({
      service: 'admin',
      operation: exchange.path,
      verb: 'admin.read',
      method: 'GET',
      path: exchange.path,
      bodyBytes: 0,
      surface: 'http',
      token: bearerOf(exchange),
      tenant: noTenant,
      peer: exchange.peer,
      traceId,
      tags: [],
    })
    if (caller instanceof Refusal) throw caller
  }
}

function serviceView(status: ServiceStatus): ServiceView {
  const { name, need, phase, ready, because, restarts, inboxDepth } = status
  const health = ready ? (because === '' ? 'healthy' : 'degraded') : 'down'
  return { name, need, phase, health, because, ready, restart_count: restarts, inbox_depth: inboxDepth }
}

function bundlePathOf(services: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const path = services['policy']?.['bundlePath']
  return typeof path === 'string' ? path : ''
}

function urlOf(address: string, port: number): string {
  const host = parseSocketAddress(address)?.host ?? '127.0.0.1'
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
