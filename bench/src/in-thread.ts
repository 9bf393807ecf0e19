/** What a service needs to run in this thread, and its operations to be called as the port would call them. */

import type { Call, Operation } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Log } from '@ron/kernel/ports/log'
import { systemClock } from '@ron/kernel/system/clock'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** The ports of a context; whoever opens a service adds its configuration, its journal and its peers. */
export const inThread = {
  clock: systemClock,
  random: seededRandom(),
  log: silent,
  blobs: null,
  stamps: null,
}

/** What a handler is called with; a refusal is thrown. */
export const call: Call<Operation> & { refuse: (...args: never[]) => never } = {
  caller: { subject: 'bench', tenant: '0'.repeat(32), traceId: '0'.repeat(32) },
  signal: new AbortController().signal,
  emit: () => false,
  room: () => Promise.reject(new Error('nobody watches')),
  refuse(code: ConstructorParameters<typeof Refusal>[0], message: string) {
    throw new Refusal(code, message)
  },
}
