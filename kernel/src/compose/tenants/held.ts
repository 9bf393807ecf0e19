/** What tenants keep, as the services that keep it say. One that does not answer says nothing, and is no reason to wait. */

import type { mailbox } from '@ron/services/mailbox/contract'
import type { storage } from '@ron/services/storage/contract'
import type { ResponseOf } from '../../contract/contract.ts'
import type { Dispatch } from '../../ports/dispatch.ts'
import { kernelCaller } from '../follow.ts'

export interface Held {
  /** By tenant. */
  readonly bytes: ReadonlyMap<string, number>
  readonly topics: ReadonlyMap<string, number>
}

type Stored = ResponseOf<(typeof storage)['operations']['usage']>
type Queued = ResponseOf<(typeof mailbox)['operations']['usage']>

export async function heldByTenants(dispatch: Dispatch): Promise<Held> {
  const [stored, queued] = await Promise.all([
    asked<Stored>(dispatch, 'storage'),
    asked<Queued>(dispatch, 'mailbox'),
  ])
  return {
    bytes: new Map(stored?.items.map(({ tenant, bytes }) => [tenant, bytes])),
    topics: new Map(queued?.items.map(({ tenant, topics }) => [tenant, topics])),
  }
}

async function asked<Usage>(dispatch: Dispatch, service: string): Promise<Usage | null> {
  try {
    const { fields } = await dispatch.call(service, 'usage', {}, null, { caller: kernelCaller })
    // The compiler held the service to its contract, which says what this is.
    return fields as Usage
  } catch {
    return null
  }
}
