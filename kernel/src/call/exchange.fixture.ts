/** A caller and a service joined by a real pair of ports, on a clock that stands still. */

import type { TestContext } from 'node:test'
import type { Caller } from '../contract/contract.ts'
import { Refusal } from '../contract/refusals.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import type { Answer, DispatchOptions } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import type { Fields } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { Answering } from './answering.ts'
import { Inbox } from './inbox.ts'
import { OpenCalls } from './open-calls.ts'
import type { PlainHandler } from './taken.ts'

export const caller: Caller = { subject: 'test', tenant: '0'.repeat(32), traceId: 'a'.repeat(32) }

export interface Exchange {
  readonly clock: ManualClock
  readonly inbox: Inbox
  readonly calls: OpenCalls
  readonly answering: Answering
  /** `fault` of every error line. */
  readonly faults: string[]
  /** Asks; a handler named `watch…` is a subscription. */
  readonly ask: (
    operation: string,
    fields?: Fields,
    options?: Partial<DispatchOptions>,
    body?: Uint8Array,
  ) => Promise<Answer>
  readonly closeCaller: () => void
  readonly closeService: () => void
}

export interface ExchangeShape {
  readonly handlers: Readonly<Record<string, PlainHandler>>
  readonly capacity?: number
  readonly concurrency?: number
  readonly callsMax?: number
  readonly portCapacity?: number
}

export const timeoutMs = 1_000

export function exchange(t: TestContext, shape: ExchangeShape): Exchange {
  const { handlers, capacity = 8, concurrency = 8, callsMax = 64, portCapacity = 128 } = shape
  const clock = new ManualClock()
  const [callersEnd, servicesEnd] = portPair(portCapacity)
  const [callers, services] = [openPort(callersEnd), openPort(servicesEnd)]
  const faults: string[] = []
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error: (_message, fields) => faults.push(String(fields?.['fault'])),
  }
  const inbox = new Inbox({ capacity, concurrency })
  const subscription = (name: string) => name.startsWith('watch')
  const operations = Object.fromEntries(
    Object.keys(handlers).map((name) => [name, { subscription: subscription(name), timeoutMs }]),
  )
  const service = { name: 'shop', inbox: { capacity, concurrency }, operations }
  const answering = new Answering(services, service, handlers, inbox, clock, log)
  const calls = new OpenCalls(callers, clock, callsMax, callsMax)
  t.after(() => {
    callers.close()
    services.close()
  })
  return {
    clock,
    inbox,
    calls,
    answering,
    faults,
    ask: (operation, fields = {}, options = {}, body) =>
      calls.call(
        { service: 'shop', operation, subscription: subscription(operation), timeoutMs },
        fields,
        body ?? null,
        { caller, ...options },
      ),
    closeCaller: () => callers.close(),
    closeService: () => services.close(),
  }
}

/** Matches a refusal of this code whose message says this. */
export function refusal(code: string, message = /./): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Refusal && thrown.code === code && message.test(thrown.message)
}

/** What a call came to: its answer, or the refusal. */
export async function outcome(call: Promise<Answer>): Promise<Answer | Refusal> {
  try {
    return await call
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown
    throw thrown
  }
}

/** Lets time pass in small steps until a promise is settled. */
export async function passing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  let settled = false
  const settle = () => {
    settled = true
  }
  void promise.then(settle, settle)
  await until(() => {
    if (!settled) clock.advance(5)
    return settled
  }, 'an outcome')
  return promise
}

export interface Gate {
  readonly wait: PlainHandler
  readonly waiting: number
  readonly open: () => void
}

/** A handler that waits until it is let go, or until its signal aborts. */
export function gate(): Gate {
  const held = new Set<() => void>()
  return {
    wait: (_request, { signal }) =>
      new Promise<object>((resolve, reject) => {
        const leave = (settle: () => void) => () => {
          held.delete(release)
          settle()
        }
        const release = leave(() => resolve({}))
        held.add(release)
        signal.addEventListener(
          'abort',
          leave(() => reject(new Error('aborted'))),
        )
      }),
    get waiting() {
      return held.size
    },
    open() {
      for (const release of [...held]) release()
    },
  }
}
