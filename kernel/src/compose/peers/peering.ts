/** The node among others, put together of its configuration: what it registers as. */

import type { NodeConfig } from '../../config/node-config.ts'
import type { Contract } from '../../contract/contract.ts'
import type { Kms } from '../../kms/kms.ts'
import { urlOf, type Doors } from '../doors.ts'
import type { Ground } from '../ground.ts'
import { keepRegistered, offeredBy, type Registration } from './registration.ts'
import { selfOf } from './self.ts'

export function registrationOf(
  { identity, node, profile }: NodeConfig,
  { services, bus, clock, logs }: Ground,
  kms: Kms,
  contracts: readonly Contract[],
  doors: Doors,
  version: string,
): Registration {
  const listening = () => [urlOf(node.bindAddr, doors.node?.listener ?? null)]
  const registration = keepRegistered(services, bus, clock, logs.for('registration'), {
    self: selfOf(kms),
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
  return registration
}
