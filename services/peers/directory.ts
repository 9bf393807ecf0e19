/** The registry as the peers use it: for this node's own descriptor, and for those of the nodes it meets. */

import type { Client } from '@ron/kernel/contract/contract'
import type { Descriptor } from '@ron/kernel/identity/descriptor'
import type { registry } from '../registry/contract.ts'

/** As it travels: lists that nobody else holds. */
export interface Signed {
  readonly node: string
  readonly descriptor: ReturnType<typeof copied>
  readonly signature: string
}

/** The service itself asks, for no tenant. */
const caller = { subject: 'peers', tenant: '0'.repeat(32), traceId: '0'.repeat(32) }

export interface Directory {
  registered(node: string): Promise<Signed>
  /** Rejects with a `Refusal` (Conflict, Full) when it cannot be entered. */
  register(node: string, descriptor: Descriptor, signature: string): Promise<void>
}

export function directoryOf(client: Client<typeof registry>): Directory {
  return {
    async registered(node) {
      const { descriptor, signature } = await client.get({ node }, { caller })
      return { node, descriptor, signature }
    },
    async register(node, descriptor, signature) {
      await client.register({ node, descriptor: copied(descriptor), signature }, { caller })
    },
  }
}

/** The same, as lists that may be changed. */
export function copied(descriptor: Descriptor) {
  const services = descriptor.services.map(({ operations, ...offered }) => {
    return { ...offered, operations: [...operations] }
  })
  return { ...descriptor, addresses: [...descriptor.addresses], services }
}
