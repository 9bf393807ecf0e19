/** The services of a small node in real threads, with the kernel's side on a clock that the test moves. */

import { noLedger } from '../fairness/no-ledger.fixture.ts'
import type { TestContext } from 'node:test'
import { Bus } from '../bus/bus.ts'
import type { KernelEvent } from '../bus/events.ts'
import type { Contract } from '../contract/contract.ts'
import type { Answer, DispatchOptions } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import type { Fields } from '../ports/port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { systemRandom } from '../system/random.ts'
import { until } from '../system/until.ts'
import { caller } from '../call/exchange.fixture.ts'
import { newOrders, type Orders } from './fixtures/orders.ts'
import { WorkerThread } from '../thread/thread.ts'
import type { ServiceStatus } from './service-status.ts'
import { Services } from './services.ts'
import { supervision, type SupervisionShape } from './supervise.ts'

export interface TestNode {
  readonly services: Services
  readonly clock: ManualClock
  readonly events: readonly KernelEvent[]
  readonly lines: readonly string[]
  /** `service.operation outcome` of every call that was metered. */
  readonly metered: readonly string[]
  readonly orders: (service: string) => Orders
  readonly ask: (
    service: string,
    operation: string,
    fields?: Fields,
    options?: Partial<DispatchOptions>,
  ) => Promise<Answer>
  readonly status: (service: string) => ServiceStatus
  /** Resolves when the service is in this phase. */
  readonly phase: (service: string, phase: ServiceStatus['phase']) => Promise<void>
  /** Waits for the next failure of a service, lets its backoff pass if there is one, and waits until it is up again. */
  readonly restarted: (service: string) => Promise<void>
}

/** The folder each fixture is in; `spare` is a second `flaky`. */
const modules: Readonly<Record<string, string>> = { spare: 'flaky' }

export function testNode(
  t: TestContext,
  contracts: readonly Contract[],
  shape: Partial<SupervisionShape> = {},
  config: Readonly<Record<string, unknown>> = {},
): TestNode {
  const clock = new ManualClock()
  const events: KernelEvent[] = []
  const lines: string[] = []
  const metered: string[] = []
  const bus = new Bus({ lagged() {}, failed: (_name, thrown) => t.diagnostic(String(thrown)) })
  bus.subscribe({ name: 'test', capacity: 1_000, handle: (event) => void events.push(event), lagged() {} })
  const note = (message: string, fields = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const stops = newOrders()
  const orders = new Map(contracts.map(({ name }) => [name, newOrders()]))
  const ordered = (name: string) => orders.get(name) ?? newOrders()
  const services = new Services({
    makeThread: (birth, observer) => new WorkerThread(birth, observer),
    contracts,
    modules: {
      hostUrl: import.meta.resolve('../thread/host.js'),
      serviceUrl: (name) => import.meta.resolve(`./fixtures/${modules[name] ?? name}.js`),
    },
    config: {
      ...Object.fromEntries([...orders].map(([name, own]) => [name, { orders: own, stops }])),
      ...config,
    },
    // Time that the test moves says nothing of real threads, so they hang only where a test wants them to.
    supervision: { ...supervision, hangAfterMs: Number.POSITIVE_INFINITY, ...shape },
    heapBytesMax: 256 * 2 ** 20,
    clock,
    random: { ...systemRandom, fraction: () => 0.5 },
    bus,
    meter: {
      answered: (service, operation, outcome) => void metered.push(`${service}.${operation} ${outcome}`),
    },
    log: () => log,
    ledger: noLedger,
  })
  const status = (name: string): ServiceStatus => {
    const found = services.status().find((one) => one.name === name)
    if (found === undefined) throw new Error(`no service ${name}`)
    return found
  }
  const failures = (name: string) =>
    events.filter((event) => event.kind === 'ServiceCrashed' && event.service === name).length
  /** Failures of each service that a test has waited for. */
  const recovered = new Map<string, number>()
  const phase = (name: string, wanted: ServiceStatus['phase']) =>
    until(() => status(name).phase === wanted, `${name} being ${wanted}`)

  t.after(async () => {
    let stopped = false
    void services.stop(1).then(() => (stopped = true))
    await until(() => {
      clock.advance(1)
      return stopped
    }, 'the end of all threads')
  })
  return {
    services,
    clock,
    events,
    lines,
    metered,
    orders: ordered,
    ask: (service, operation, fields = {}, options = {}) =>
      services.call(service, operation, fields, null, { caller, ...options }),
    status,
    phase,
    async restarted(name) {
      const known = recovered.get(name) ?? 0
      await until(() => failures(name) > known, `a failure of ${name}`)
      recovered.set(name, failures(name))
      if (status(name).phase === 'waiting') clock.advance(supervision.backoff.capMs)
      await phase(name, 'running')
    },
  }
}
