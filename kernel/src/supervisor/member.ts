/** What the kernel holds of one service: what outlives its threads, how it is now, and what its threads are born with. */

import { Arena } from '../arena/arena.ts'
import type { Contract } from '../contract/contract.ts'
import { FairLine } from '../fairness/fair-line.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { TenantLedger } from '../ports/tenants.ts'
import type { Birth } from '../thread/control.ts'
import type { Thread } from '../thread/threads.ts'
import { newVitals, readVital } from '../thread/vitals.ts'
import type { PastFailure, ServiceStatus } from './service-status.ts'
import { shapeOf } from './shape-of.ts'
import type { Supervisor } from './supervisor.ts'

/** What stays as long as the node runs. */
export interface Place {
  readonly contract: Contract
  readonly link: FairLine
  readonly vitals: SharedArrayBuffer
  /** What outlives its threads; null for a service without state. */
  readonly arena: Arena | null
  readonly log: Log
}

export interface Member extends Place {
  /** Another one when the service goes on with other settings. */
  supervisor: Supervisor
  /** The values of its settings that its threads are born with. */
  config: unknown
  /** Ends when everybody has had their turn who wanted it to go on with a new supervisor, `turns` of them by now. */
  turn: Promise<unknown>
  turns: number
  /** Its thread from spawn to exit, ready or not. */
  thread: Thread | null
  ok: boolean
  because: string
  restarts: number
  lastFailure: PastFailure | null
  /** When it was cut off; null while it is up, and before it ever was. */
  cutAtMs: number | null
  /** It is to go on with other settings, and whoever waits wants to know the first that comes of it. */
  renewing: boolean
  /** Ends the wait of `start`: it is up, or nobody needs to wait for it. */
  started: () => void
}

export interface Modules {
  readonly hostUrl: string
  readonly serviceUrl: (name: string) => string
}

/** `config` holds the checked values of its section. */
export function placeOf(
  contract: Contract,
  config: unknown,
  clock: Clock,
  ledger: TenantLedger,
  log: Log,
): Place {
  return {
    contract,
    link: new FairLine(shapeOf(contract), clock, ledger),
    vitals: newVitals(),
    arena: contract.state && new Arena(contract, contract.state, config),
    log,
  }
}

export function memberAt(place: Place, supervisor: Supervisor, config: unknown): Member {
  return {
    ...place,
    supervisor,
    config,
    turn: Promise.resolve(),
    turns: 0,
    thread: null,
    ok: false,
    because: 'it has not started yet',
    restarts: 0,
    lastFailure: null,
    cutAtMs: null,
    renewing: false,
    started: () => {},
  }
}

export function statusOf(member: Member): ServiceStatus {
  return {
    name: member.contract.name,
    need: member.contract.need,
    phase: member.supervisor.phase,
    ready: member.ok,
    because: member.because,
    restarts: member.restarts,
    lastFailure: member.lastFailure,
    inboxDepth: readVital(member.vitals, 'depth'),
  }
}

export function birthOf(
  { contract, vitals, arena }: Place,
  config: unknown,
  modules: Modules,
  heapBytesMax: number,
): Birth {
  return {
    shape: shapeOf(contract),
    hostUrl: modules.hostUrl,
    moduleUrl: modules.serviceUrl(contract.name),
    config,
    peers: Object.values(contract.uses).map(shapeOf),
    vitals,
    state: arena && arena.place,
    heapBytesMax,
  }
}
