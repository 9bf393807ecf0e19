/**
 * Keeps the node registered in its own registry: at the start, again before its descriptor expires, and as another
 * when its key is rotated. What fails is told in the log and tried again.
 */

import type { Bus } from '../../bus/bus.ts'
import type { Contract } from '../../contract/contract.ts'
import type { OfferedService } from '../../identity/descriptor.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Dispatch } from '../../ports/dispatch.ts'
import type { Log } from '../../ports/log.ts'
import { kernelCaller } from '../follow.ts'
import type { Self } from './self.ts'

/** A registry that is up and refuses is asked again after this long. */
const retryMs = 1_000
const eventsMax = 64
const registry = 'registry'

export interface Registering {
  readonly self: Self
  /** Null for one that follows from profile and key. */
  readonly name: string | null
  readonly addresses: () => readonly string[]
  readonly services: readonly OfferedService[]
  /** `micro` or `macro`. */
  readonly profile: string
  readonly version: string
  readonly ttlMs: number
}

export interface Registration {
  /** The key is another one: the name goes from the old node to the new one. */
  rekeyed(): void
  stop(): void
}

/** What can be asked of these services from outside. */
export function offeredBy(contracts: readonly Contract[]): readonly OfferedService[] {
  return contracts.flatMap(({ name, oap, operations }) => {
    const open = Object.entries(operations).flatMap(([operation, { door }]) =>
      door === null ? [] : [operation],
    )
    return open.length === 0 ? [] : [{ name, protocol: oap, operations: open }]
  })
}

export function keepRegistered(
  dispatch: Dispatch,
  bus: Bus,
  clock: Clock,
  log: Log,
  { self, name, addresses, ...said }: Registering,
): Registration {
  let stopped = false
  let asking = false
  let registered: string | null = null
  let lastSeq = 0
  let cancel = () => {}

  const ask = (operation: string, fields: Parameters<Dispatch['call']>[2]) =>
    dispatch.call(registry, operation, fields, null, { caller: kernelCaller })

  const register = async () => {
    const nowMs = clock.now()
    // Also greater than those of an earlier process with the same key.
    lastSeq = Math.max(lastSeq + 1, nowMs)
    const described = self.describe({
      name: name ?? `${said.profile}-${self.node.slice(0, 12)}`,
      addresses: addresses(),
      services: said.services,
      profile: said.profile,
      version: said.version,
      issued_ms: nowMs,
      expires_ms: nowMs + said.ttlMs,
      seq: lastSeq,
    })
    const { node, descriptor, signature } = described
    const services = descriptor.services.map((service) => ({ ...service }))
    if (registered !== null && registered !== node) await ask('remove', { node: registered })
    await ask('register', { node, descriptor: { ...descriptor, services }, signature })
    if (registered !== node) log.info('registered', { node, name: descriptor.name })
    registered = node
  }

  const run = async () => {
    if (stopped || asking) return
    asking = true
    cancel()
    let againMs = said.ttlMs / 3
    try {
      await register()
    } catch (cause) {
      log.warn('the node is not registered', { because: String(cause) })
      againMs = retryMs
    }
    asking = false
    if (!stopped) cancel = clock.after(againMs, () => void run())
  }

  const leaveBus = bus.subscribe({
    name: 'registration',
    capacity: eventsMax,
    handle(event) {
      if (event.kind === 'Health' && event.service === registry && event.ok) void run()
    },
    lagged: () => void run(),
  })
  return {
    rekeyed: () => void run(),
    stop() {
      stopped = true
      leaveBus()
      cancel()
    },
  }
}
