/**
 * One node, put together and running: services under supervision, the wall in front of them, two surfaces,
 * and a life that ends in a drain.
 */

import { adminRoutes, goldenRoutes } from '@ron/admin/endpoints'
import { inspectionRoutes } from '@ron/admin/inspection'
import { serviceRoutes } from '@ron/admin/services'
import { tenantsRoutes } from '@ron/admin/tenants'
import { zkRoutes } from '@ron/admin/zk'
import { publicOperations } from '@ron/transport/gateway/public-operations'
import { versionObjection, type BuildInfo } from '../cli/version.ts'
import { privilegedActs, privilegedVerbs } from '../audit/privileged.ts'
import { exposure } from '../config/exposure.ts'
import type { Loaded } from '../config/load.ts'
import { Refusal } from '../contract/refusals.ts'
import { Life } from '../lifecycle/life.ts'
import { readSecretFile } from '../system/files.ts'
import { followOverlay } from './admission-port.ts'
import { auditingOf } from './audit/auditing.ts'
import { watchedDispatch, watchedWall } from './audit/watched.ts'
import { AnswerCount } from './bundle/answers.ts'
import type { Governing } from './bundle/first.ts'
import { governed } from './bundle/governed.ts'
import type { Certificates } from './certificates.ts'
import { chaosOf } from './chaos.ts'
import { urlOf, type Doors } from './doors.ts'
import type { ChosenDriver } from './driver.ts'
import { frontOf, LiveRate } from './front.ts'
import { contractsOf, groundOf } from './ground.ts'
import { guardedBy, unguarded } from './guard.ts'
import { handingOver, waitingWall } from './hand-over.ts'
import { keptKeysOf } from './kept-keys.ts'
import { keysOf } from './keys.ts'
import { lifeWork } from './life-work.ts'
import { nearStorage } from './near-storage.ts'
import { inspectionOf } from './inspection.ts'
import { viewOf } from './node-view.ts'
import { observingOf } from './observing.ts'
import { peeringOf } from './peers/peering.ts'
import { placesOf } from './places.ts'
import { followPolicy } from './policy-port.ts'
import { proofPort } from './proof-port.ts'
import { heldByTenants } from './tenants/held.ts'
import { restartingOf } from './restarting.ts'
import { reportedTenants } from './tenants/report.ts'
import { openAdminSurface, openNodeSurface } from './surfaces.ts'
import { trustOf } from './trust.ts'
import { until } from './until.ts'
import { followZk } from './zk.ts'

export interface RunningNode {
  readonly nodeUrl: string
  readonly adminUrl: string
  /** Whether metrics and the like need a capability. */
  readonly adminGuarded: boolean
  /** Null when the configuration asks for none. */
  readonly demoToken: string | null
  /** Resolves when every gate has been open at once for the first time. Rejects when a shared port cannot be had. */
  readonly ready: Promise<void>
  /** Reads config bundles and certificates again; null for a node that has neither. */
  readonly reload: (() => void) | null
  /** Begins the drain, also before the node was ready; the second call ends it. */
  shutdown(because: string): void
  /** Resolves with the exit code when the node has stopped. */
  readonly ended: Promise<number>
}

type Sound = Loaded & { readonly ok: true }

/** Resolves when the doors are open, or will be once all else is ready, and the services are starting. Rejects with a sentence when it cannot start. */
export async function startNode(
  loaded: Sound,
  governing: Governing | null,
  build: BuildInfo,
  { driver, instead }: ChosenDriver,
): Promise<RunningNode> {
  const { config } = loaded
  const { name: profile } = config.profile
  const doors: Doors = { node: null, admin: null }
  const ground = groundOf(config, () => doors.node?.listener.connections() ?? 0)
  const { clock, random, logs, log, metrics, bus, services, accounts, gates, ladder, report } = ground
  if (instead !== null) log.warn('another socket driver is used', { driver: build.driver, because: instead })

  // Loaded where it is used: a node without TLS starts without it.
  const certificates = config.tls.enabled
    ? new (await import('./certificates.ts')).Certificates(config.tls, clock, log)
    : null
  const places = await placesOf(config)
  const handing = await handingOver(config, ground)
  const keptKeys = keptKeysOf(config, random)
  // What another node hands over is newer than what a file says.
  const inherited = handing.waits ? handing.keys : keptKeys.found.keys
  const kms = keysOf(config, clock, random, readSecretFile, { keys: inherited, keep: keptKeys.keep })
  const auditing = await auditingOf(loaded, ground, kms, build.version, handing.waits)
  const { audit } = auditing
  const contracts = contractsOf(config)
  const trust = trustOf(config, ground, kms, audit, contracts)
  const { auth } = trust
  trust.restore(keptKeys.found.revocations)
  keptKeys.follow(trust.revocations, () => kms.kept())
  // It answers in this thread, so it is reachable from here on.
  report('auth', true, '')
  const rate = new LiveRate(config.quota)
  const answers = new AnswerCount()
  const governedBy = { ground, config, contracts, rate, answers, audit, nodeVersion: build.version }
  const governance = governed(governing, governedBy)
  if (config.services['policy']?.['bundlePath'] !== '') governance.policyText()
  const policy = followPolicy(services, bus, clock, log, governance.policyText, (inForce) =>
    report('policy', inForce, 'no policy is in force'),
  )
  const overlay = followOverlay(services, bus, clock, log, (known) =>
    report('ceilings', known, 'not known yet'),
  )
  const zk = followZk(services, ground, audit, { kms, origin: config.identity.origin })
  metrics.readZk(zk.readings)
  const near = nearStorage(services, services.stampsOf('storage'), config.node.objectCache, (here) =>
    metrics.objectRead(here),
  )
  const tenants = reportedTenants(
    accounts,
    config.quota.tenantsMax,
    () => services.lines(),
    () => heldByTenants(services),
    clock,
  )
  const observing = observingOf(ground)
  const peering = peeringOf(config, ground, kms, contracts, doors, build.version)
  // Loaded where it is used: ML-KEM is code that a node without sessions starts without.
  const hybrid =
    config.pq.mode === 'hybrid'
      ? await (await import('./pq/sealing.ts')).hybridOf(config, ground, kms, audit)
      : null
  const aside = {
    stopFollowing() {
      peering.stop()
      hybrid?.stop()
      observing.stop()
      certificates?.stop()
      tenants.stop()
      ladder.stop()
      governance.stop()
      policy.stop()
      overlay.stop()
      zk.stop()
    },
    recordRest: auditing.close,
    giveAway: handing.give,
    wipe() {
      certificates?.wipe()
      hybrid?.wipe()
      near.wipe()
      trust.wipe()
    },
  }
  const life = new Life(lifeWork(ground, doors, aside, config.node), clock, config.node.drainDeadlineMs)
  const draining = new Refusal('Draining', 'the node is shutting down; ask another, or again later')
  const bare = frontOf(config, {
    auth,
    policy,
    proofs: proofPort(services),
    admission: overlay.admission,
    accounts,
    rate,
    dispatch: config.node.audit
      ? watchedDispatch(near.dispatch, privilegedActs(contracts), audit)
      : near.dispatch,
    meter: answers.watching(metrics.front),
    clock,
    random,
    log: logs.for('front'),
    requests: observing.requests,
    gate(lasts, verb) {
      const open = life.phase === 'Running' || (life.phase === 'Draining' && !lasts)
      if (!open) return draining
      return verb === undefined ? null : ladder.refusal(verb)
    },
  })

  const watched = config.node.audit ? watchedWall(bare.wall, privilegedVerbs(contracts), audit) : bare.wall
  const waiting = handing.waits ? waitingWall(watched, clock) : { wall: watched, open: () => {} }
  const front = { ...bare, wall: waiting.wall }

  const view = viewOf(loaded, build, ground, life, doors, zk.view.circuits, () =>
    hybrid === null ? null : hybrid.view(),
  )
  const exposed = exposure(config)
  const openNodeDoor = async () => {
    doors.node = await openNodeSurface(
      { driver, tls: certificates?.options ?? null, place: places.node },
      config,
      front,
      publicOperations(contracts),
      goldenRoutes(view, exposed.node.loopback ? unguarded : guardedBy(auth, audit)),
      Object.fromEntries(contracts.map(({ name, oap }) => [name, oap])),
      `${profile}/${build.version}`,
      hybrid?.sealing ?? null,
    )
    certificates?.served(doors.node.listener)
    report('listeners', true, '')
  }
  // A port that is shared brings requests at once, so it opens last; any other tells early that it is taken.
  const { handOver } = config.node
  if (!handOver) await openNodeDoor()
  const adminGuard = exposed.admin.demandsCapability ? guardedBy(auth, audit) : unguarded
  const chaos = chaosOf(exposed.admin.allowsChaos, services, audit)
  const strict = guardedBy(auth, audit)
  const adminTls = exposed.admin.tls ? certificates : null
  const adminDoor = { driver, tls: adminTls?.options ?? null, place: places.admin }
  doors.admin = await openAdminSurface(adminDoor, config, front, [
    ...adminRoutes(view, adminGuard, auditing.view, chaos, governance.config, strict),
    ...serviceRoutes(restartingOf(services, audit), strict),
    ...tenantsRoutes(tenants, adminGuard),
    ...trust.routes(adminGuard, strict),
    ...observing.routes(adminGuard),
    ...inspectionRoutes(
      inspectionOf(() => governance.settings() ?? loaded, clock),
      adminGuard,
    ),
    ...zkRoutes(zk.view, adminGuard, strict),
  ])
  if (adminTls !== null) adminTls.served(doors.admin)
  certificates?.follow()
  const objection = versionObjection(view.version(), build)
  report('version', objection === null, objection ?? '')
  report('accepting', true, '')

  const nodeUrl = urlOf(exposed.node, doors.node?.listener ?? null)
  const adminUrl = urlOf(exposed.admin, doors.admin)
  log.info('listening', { node: nodeUrl, admin: adminUrl, profile, version: build.version })
  for (const at of [config.uds.path, config.uds.adminPath])
    if (at !== '') log.info('listening on a Unix socket', { path: at })
  const ready = async () => {
    if (handing.waits) {
      // What is asked from here on waits, and the node before may stop: so nobody finds a closed door.
      await openNodeDoor()
      await handing.takeOver(trust, auditing)
    }
    void services.start()
    if (handOver && !handing.waits) {
      await until(ground, () => gates.read().missing.join() === 'listeners')
      await openNodeDoor()
    }
    await until(ground, () => gates.read().ready)
    waiting.open()
    await handing.offer(kms, trust, auditing, () => {
      // One that is draining already is not hurried by it.
      if (life.phase === 'Running') life.shutdown('another node takes over')
    })
    log.info('ready', { latency_ms: Math.round(ground.uptimeMs()) })
    governance.start()
  }
  return {
    ready: ready(),
    nodeUrl,
    adminUrl,
    adminGuarded: exposed.admin.demandsCapability,
    demoToken: config.capabilities.demoToken ? trust.demoToken(clock.now()) : null,
    reload: reloading(governance.reload, certificates),
    shutdown: (because) => life.shutdown(because),
    ended: life.ended,
  }
}

/** Reads anew what is governed by files; null where nothing is. */
function reloading(bundles: (() => void) | null, certificates: Certificates | null): (() => void) | null {
  if (certificates === null) return bundles
  return () => {
    certificates.reload()
    bundles?.()
  }
}
