/**
 * Readiness gates behind the bus: services go up and down as they like, their gates hear of it through a
 * backlog that may lose events, and whoever was told of a loss looks at the services themselves. A probe may
 * ask at any moment.
 */

import { noBacklog, pushed, taken, type Backlog } from '@ron/kernel/bus/backlog'
import { declared, readiness, reported, type GateReports } from '@ron/kernel/readiness/gates'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

interface Machine {
  readonly declared: typeof declared
  readonly reported: typeof reported
  readonly readiness: typeof readiness
  /** The services whose gates are set anew after a loss. */
  readonly looksAt: (services: readonly string[]) => readonly string[]
}

interface Report {
  readonly service: string
  readonly ok: boolean
}

interface World {
  readonly flips: number
  readonly up: readonly string[]
  /** Those that were ever up; before that a gate must be closed for want of a report. */
  readonly reported: readonly string[]
  readonly backlog: Backlog<Report>
  readonly gates: readonly (readonly [string, boolean])[]
  readonly ready: boolean
}

type Happening = 'handle' | { readonly kind: 'flip'; readonly service: string }

const real: Machine = { declared, reported, readiness, looksAt: (services) => services }

export const readinessSubject = subject({
  name: 'readiness',
  machine: real,
  model: readinessModel,
  mutants: {
    'declares its gates open': {
      ...real,
      declared: (names) => new Map([...names].map((name) => [name, { ok: true, because: '' }])),
    },
    'is ready when any gate is open': {
      ...real,
      readiness: (gates) => ({ ...readiness(gates), ready: [...gates.values()].some(({ ok }) => ok) }),
    },
    'looks past its first gate only': {
      ...real,
      readiness: (gates) => readiness(new Map([...gates].slice(1))),
    },
    'never closes a gate again': {
      ...real,
      reported: (gates, name, gate) => (gate.ok ? reported(gates, name, gate) : gates),
    },
    'opens every gate with one report': {
      ...real,
      reported: (gates, _name, gate) => new Map([...gates.keys()].map((name) => [name, gate])),
    },
    'does not look again after a loss': { ...real, looksAt: () => [] },
    'looks at the first service only after a loss': { ...real, looksAt: (services) => services.slice(0, 1) },
  },
})

function readinessModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const services = scale === 'deep' ? ['a', 'b', 'c'] : ['a', 'b']
  const capacity = scale === 'deep' ? 3 : 2
  const flipsMax = scale === 'deep' ? 8 : 7
  const gatesOf = ({ gates }: World): GateReports =>
    new Map(gates.map(([name, ok]) => [name, { ok, because: '' }]))
  const seen = (world: World, gates: GateReports): World => ({
    ...world,
    gates: [...gates].map(([name, { ok }]) => [name, ok]),
    ready: machine.readiness(gates).ready,
  })
  return {
    initial: seen(
      { flips: 0, up: [], reported: [], backlog: noBacklog, gates: [], ready: false },
      machine.declared(services),
    ),
    events: ({ backlog, flips }) => [
      ...(backlog.busy ? ['handle' as const] : []),
      ...(flips < flipsMax ? services.map((service) => ({ kind: 'flip', service }) as const) : []),
    ],
    step(world, event) {
      if (event === 'handle') return handled(world)
      const { service } = event
      const ok = !world.up.includes(service)
      return {
        ...world,
        flips: world.flips + 1,
        up: services.filter((name) => (name === service ? ok : world.up.includes(name))),
        backlog: pushed(world.backlog, { service, ok }, capacity).backlog,
      }
    },
    laws: {
      'ready says that every gate is open': ({ ready, gates }) => !ready || gates.every(([, ok]) => ok),
      'every gate open says ready': ({ ready, gates }) => ready || !gates.every(([, ok]) => ok),
      'a gate is open only when its service was up': ({ gates, reported }) =>
        gates.every(([name, ok]) => !ok || reported.includes(name)),
      'once everything is heard, every gate says what is so': ({ backlog, gates, up }) =>
        backlog.busy || gates.every(([name, ok]) => ok === up.includes(name)),
    },
    settled: ({ backlog }) => !backlog.busy,
  }

  function handled(world: World): World {
    const [backlog, delivery] = taken(world.backlog)
    if (delivery === null) return { ...world, backlog }
    const looked = delivery.lost > 0 ? machine.looksAt(services) : []
    const reports = [
      ...looked.map((service) => ({ service, ok: world.up.includes(service) })),
      delivery.event,
    ]
    const known = new Set([...world.reported, ...reports.flatMap(({ service, ok }) => (ok ? [service] : []))])
    const gates = reports.reduce(
      (gates, { service, ok }) => machine.reported(gates, service, { ok, because: '' }),
      gatesOf(world),
    )
    return seen({ ...world, backlog, reported: services.filter((name) => known.has(name)) }, gates)
  }
}
