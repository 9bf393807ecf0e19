/** Objects over a state of their own, as a test opens and opens them again. */

import type { Blobs } from '@ron/kernel/ports/blobs'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Stamps } from '@ron/kernel/ports/stamps'
import { system } from '../testing.ts'
import { Objects } from './objects.ts'
import { State } from './state.ts'

export interface Limits {
  readonly bytesMax: number
  readonly tenantBytesMax?: number
  readonly namesMax: number
  readonly verifyReads: boolean
}

export function openState(blobs: Blobs, journal: Journal, stamps: Stamps, limits: Limits): Promise<State> {
  return State.open({ ...system, blobs, journal, stamps }, limits)
}

export async function openObjects(
  blobs: Blobs,
  journal: Journal,
  stamps: Stamps,
  limits: Limits,
): Promise<Objects> {
  return new Objects(await openState(blobs, journal, stamps, limits), limits)
}
