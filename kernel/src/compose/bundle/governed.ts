/** The governance of one node, put together: the governor, its sources, and its face on the admin surface; or none. */

import type { Config } from '@ron/admin/config'
import { byKernel, type Audit } from '../../audit/audit.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import type { Contract } from '../../contract/contract.ts'
import { readTextFile } from '../../system/files.ts'
import type { Ground } from '../ground.ts'
import { readBundle } from '../policy-port.ts'
import type { AnswerCount } from './answers.ts'
import type { Governing } from './first.ts'
import { watchFolder, type WatchedFolder } from './folder.ts'
import { Governor } from './governor.ts'
import type { Sound } from './standing.ts'
import type { Doers } from './steps.ts'
import { configView } from './view.ts'

export interface Governed {
  /** Null for a node that takes no bundles. */
  readonly config: Config | null
  /** The policy that the node was given, for a service that waits for it. Throws a sentence when it cannot be read. */
  policyText(): string
  /** The settings in force; null for a node that takes no bundles, whose settings stay. */
  settings(): Sound | null
  /** Begins to take what is offered; the node is up. */
  start(): void
  /** Reads every source again. Null for a node that has none. */
  readonly reload: (() => void) | null
  stop(): void
}

export interface GovernedParts {
  readonly ground: Ground
  readonly config: NodeConfig
  readonly contracts: readonly Contract[]
  readonly rate: Doers['rate']
  readonly answers: AnswerCount
  readonly audit: Audit
  readonly nodeVersion: string
}

const byFolder = { ...byKernel, source: 'folder', force: false } as const
const lookEveryMs = 1_000

export function governed(governing: Governing | null, parts: GovernedParts): Governed {
  if (governing === null) return ungoverned(parts.config)
  const { ground, config, contracts, rate, answers, audit, nodeVersion } = parts
  const { services, clock, bus, logs, gates, metrics } = ground
  const { trust, making, first, base, passedBy, seen, reread } = governing
  const { folder: path, file } = config.bundle
  const log = logs.for('config')
  const doers = { services, logs, rate }
  const missing = () => gates.read().missing
  const settings = config.bundle
  const governor = new Governor(
    { trust, making, contracts, doers, answers, missing, audit, bus, clock, log, nodeVersion, settings },
    first,
    base,
  )
  metrics.readBundle(() => {
    const { version, offer } = governor.inForce
    return { version, expiresMs: offer?.bundle.expiresMs ?? null }
  })
  let folder: WatchedFolder | null = null
  let cancelLook = () => {}
  const offer = async (text: string) => governor.apply(text, byFolder)
  const look = () => {
    governor.look()
    cancelLook = clock.after(lookEveryMs, look)
  }
  return {
    config: configView(
      governor,
      () => reread(governor.inForce.offer?.bundle ?? null),
      doers,
      () => clock.now(),
    ),
    policyText: () => governor.inForce.policyText,
    settings: () => governor.inForce.loaded,
    start() {
      for (const because of passedBy) log.warn('a config bundle was passed by at the start', { because })
      const { version, offer: found } = first
      log.info('configuration at the start', { version, hash: found?.hash, signers: found?.signers })
      if (path !== '') folder = watchFolder({ path, readFile: readTextFile, offer, clock, log }, seen)
      look()
    },
    reload() {
      log.info('reading the config bundles again', {})
      folder?.again()
      if (file === '') return
      const read = readTextFile(file)
      if (!read.ok) return log.warn('bundle.file cannot be read', { path: file, because: read.because })
      // What becomes of it is told by the governor.
      void offer(read.text).catch(() => undefined)
    },
    stop() {
      cancelLook()
      folder?.stop()
      governor.stop()
    },
  }
}

function ungoverned({ services }: NodeConfig): Governed {
  const path = services['policy']?.['bundlePath']
  return {
    config: null,
    policyText: () => readBundle(typeof path === 'string' ? path : '', readTextFile),
    settings: () => null,
    start() {},
    reload: null,
    stop() {},
  }
}
