/** The node among others, put together of its configuration: what it registers as, and what its peers need of it. */

import { exposure } from '../../config/exposure.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import type { Contract } from '../../contract/contract.ts'
import type { Kms } from '../../kms/kms.ts'
import { readSecretFile } from '../../system/files.ts'
import { urlOf, type Doors } from '../doors.ts'
import type { Ground } from '../ground.ts'
import { attendPeers } from './clerk.ts'
import { keepRegistered, offeredBy } from './registration.ts'
import { selfOf } from './self.ts'
import { hasPeers, linksOf } from './settings.ts'

/** Throws a sentence for the operator when a peer is not written as one. */
export function peeringOf(
  config: NodeConfig,
  { services, bus, clock, logs, metrics }: Ground,
  kms: Kms,
  contracts: readonly Contract[],
  doors: Doors,
  version: string,
): { stop(): void } {
  const { identity, profile } = config
  const self = selfOf(kms)
  const log = logs.for('peering')
  const listening = () => [urlOf(exposure(config).node, doors.node?.listener ?? null)]
  const registration = keepRegistered(services, bus, clock, log, {
    self,
    name: identity.name === '' ? null : identity.name,
    addresses: () => (identity.addresses.length > 0 ? identity.addresses : listening()),
    services: offeredBy(contracts),
    profile: profile.id,
    version,
    ttlMs: identity.descriptorTtlMs,
  })
  kms.onChange(({ purpose, made }) => {
    if (purpose === 'node-identity' && made !== null) registration.rekeyed()
  })
  const links = linksOf(config)
  const leave = hasPeers(config)
    ? attendPeers(services, bus, clock, log, {
        self,
        links,
        readSecret: readSecretFile,
        hop: (peer, seconds) => metrics.hop(peer, seconds),
      })
    : () => {}
  return {
    stop() {
      registration.stop()
      leave()
    },
  }
}
