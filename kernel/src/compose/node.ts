/**
 * One node, put together and running: services under supervision, the wall in front of them, two surfaces,
 * and a life that ends in a drain.
 */

import { adminRoutes, goldenRoutes } from '@ron/admin/endpoints'
import { inspectionRoutes } from '@ron/admin/inspection'
import { serviceRoutes } from '@ron/admin/services'
import { tenantsRoutes } from '@ron/admin/tenants'
import { publicOperations } from '@ron/transport/gateway/public-operations'
import { versionObjection, type BuildInfo } from '../cli/version.ts'
import { privilegedActs, privilegedVerbs } from '../audit/privileged.ts'
import { exposure } from '../config/exposure.ts'
import type { Loaded } from '../config/load.ts'
import type { NodeConfig } from '../config/node-config.ts'
import { Refusal } from '../contract/refusals.ts'
import { Life, type LifeWork } from '../lifecycle/life.ts'
import { readSecretFile } from '../system/files.ts'
import { followOverlay } from './admission-port.ts'
import { auditingOf } from './audit/auditing.ts'
import { watchedDispatch, watchedWall } from './audit/watched.ts'
import { AnswerCount } from './bundle/answers.ts'
import type { Governing } from './bundle/first.ts'
import { governed } from './bundle/governed.ts'
import { chaosOf } from './chaos.ts'
import { urlOf, type Doors } from './doors.ts'
import { frontOf, LiveRate } from './front.ts'
import { contractsOf, groundOf, type Ground } from './ground.ts'
import { guardedBy, unguarded } from './guard.ts'
import { handingOver, waitingWall } from './hand-over.ts'
import { keptKeysOf } from './kept-keys.ts'
import { keysOf } from './keys.ts'
import { nearStorage } from './near-storage.ts'
import { inspectionOf } from './inspection.ts'
import { viewOf } from './node-view.ts'
import { observingOf } from './observing.ts'
import { peeringOf } from './peers/peering.ts'
import { followPolicy } from './policy-port.ts'
import { heldByTenants } from './tenants/held.ts'
import { restartingOf } from './restarting.ts'
import { reportedTenants } from './tenants/report.ts'
import { openAdminSurface, openNodeSurface, type NodeSurface } from './surfaces.ts'
import { trustOf } from './trust.ts'

/** How long one service may take to stop before its thread is ended. */
const stopGraceMs = 2_000
const pollMs = 5
/** How long the connections of a draining node must have been silent. */
const quietMs = 250

export interface RunningNode {
  readonly nodeUrl: string
  readonly adminUrl: string
  /** Whether metrics and the like need a capability. */
  readonly adminGuarded: boolean
  /** Null when the configuration asks for none. */
  readonly demoToken: string | null
  /** Resolves when every gate has been open at once for the first time. Rejects when a shared port cannot be had. */
  readonly ready: Promise<void>
  /** Reads the config bundles again; null for a node that takes none. */
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
): Promise<RunningNode> {
  const { config } = loaded
  const { name: profile } = config.profile
  const doors: Doors = { node: null, admin: null }
  const ground = groundOf(config, () => doors.node?.listener.connections() ?? 0)
  const { clock, random, logs, log, metrics, bus, services, accounts, gates, ladder, report } = ground

  const handing = await handingOver(config, ground)
  const keptKeys = keptKeysOf(config, random)
  // What another node hands over is newer than what a file says.
  const inherited = handing.waits ? handing.keys : keptKeys.found.keys
  const kms = keysOf(config, clock, random, readSecretFile, { keys: inherited, keep: keptKeys.keep })
  const auditing = await auditingOf(loaded, ground, kms, build.version)
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
  const governance = governed(governing, {
    ground,
    config,
    contracts,
    rate,
    answers,
    audit,
    nodeVersion: build.version,
  })
  if (config.services['policy']?.['bundlePath'] !== '') governance.policyText()
  const policy = followPolicy(services, bus, clock, log, governance.policyText, (inForce) =>
    report('policy', inForce, 'no policy is in force'),
  )
  const overlay = followOverlay(services, bus, clock, log, (known) =>
    report('ceilings', known, 'not known yet'),
  )
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
  const aside = {
    stopFollowing() {
      peering.stop()
      observing.stop()
      tenants.stop()
      ladder.stop()
      governance.stop()
      policy.stop()
      overlay.stop()
    },
    recordRest: auditing.close,
    giveAway: handing.give,
    wipe() {
      near.wipe()
      trust.wipe()
    },
  }
  const life = new Life(lifeWork(ground, doors, aside, config.node), clock, config.node.drainDeadlineMs)
  const draining = new Refusal('Draining', 'the node is shutting down; ask another, or again later')
  const bare = frontOf(config, {
    auth,
    policy,
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

  const view = viewOf(loaded, build, ground, life, doors)
  const exposed = exposure(config)
  const openNodeDoor = async () => {
    doors.node = await openNodeSurface(
      config,
      front,
      publicOperations(contracts),
      goldenRoutes(view, exposed.node.loopback ? unguarded : guardedBy(auth, audit)),
      Object.fromEntries(contracts.map(({ name, oap }) => [name, oap])),
      `${profile}/${build.version}`,
    )
    report('listeners', true, '')
  }
  // A port that is shared brings requests at once, so it opens last; any other tells early that it is taken.
  const { handOver } = config.node
  if (!handOver) await openNodeDoor()
  const adminGuard = exposed.admin.demandsCapability ? guardedBy(auth, audit) : unguarded
  const chaos = chaosOf(exposed.admin.allowsChaos, services, audit)
  const strict = guardedBy(auth, audit)
  doors.admin = await openAdminSurface(config, front, [
    ...adminRoutes(view, adminGuard, auditing.view, chaos, governance.config, strict),
    ...serviceRoutes(restartingOf(services, audit), strict),
    ...tenantsRoutes(tenants, adminGuard),
    ...trust.routes(adminGuard, strict),
    ...observing.routes(adminGuard),
    ...inspectionRoutes(
      inspectionOf(() => governance.settings() ?? loaded, clock),
      adminGuard,
    ),
  ])
  const objection = versionObjection(view.version(), build)
  report('version', objection === null, objection ?? '')
  report('accepting', true, '')

  const nodeUrl = urlOf(config.node.bindAddr, doors.node?.listener ?? null)
  const adminUrl = urlOf(config.node.metricsAddr, doors.admin)
  log.info('listening', { node: nodeUrl, admin: adminUrl, profile, version: build.version })
  const ready = async () => {
    if (handing.waits) {
      // What is asked from here on waits, and the node before may stop: so nobody finds a closed door.
      await openNodeDoor()
      await handing.takeOver(trust)
    }
    void services.start()
    if (handOver && !handing.waits) {
      await until(ground, () => gates.read().missing.join() === 'listeners')
      await openNodeDoor()
    }
    await until(ground, () => gates.read().ready)
    waiting.open()
    await handing.offer(kms, trust, () => {
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
    reload: governance.reload,
    shutdown: (because) => life.shutdown(because),
    ended: life.ended,
  }
}

/** What each step of the drain means here. The admin surface answers to the end. */
function lifeWork(
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

/** Looks now and then; what it waits for is counted by others. */
async function until({ clock }: Ground, holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => clock.after(pollMs, resolve))
}
