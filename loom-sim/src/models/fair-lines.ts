/**
 * Tenants that ask a busy service as often as they like and give up when they like, while it takes one request after the
 * other. An onlooker counts how much service others had while a tenant waited.
 */

import { joined, left, nextTurn, reached, waitingIn, type Lines, type Terms } from '@ron/kernel/fairness/drr'
import { subject } from '../checked.ts'
import type { Model, Scale } from '../model.ts'

const real = { joined, reached, nextTurn, left }
type Machine = typeof real

interface Tenant {
  /** As it knows itself. */
  readonly waiting: number
  /** What others cost since it was served last, or began to wait. */
  readonly passedBy: number
}

interface World {
  readonly asked: number
  readonly lines: Lines
  readonly tenants: readonly Tenant[]
  /** Somebody waited, and nobody was served. */
  readonly idled: boolean
  readonly turnedAway: boolean
}

type Happening = 'serve' | { readonly kind: 'ask' | 'give up'; readonly tenant: number }

const costs = [1, 3, 5]
const weights = [1, 2, 1]
const bounds = { ofTenantMax: 3, inAllMax: 5 }
const terms: Terms = {
  costOf: (tenant) => costs[Number(tenant)] ?? 1,
  weightOf: (tenant) => weights[Number(tenant)] ?? 1,
  quantum: 2,
}

export const fairLinesSubject = subject({
  name: 'fair lines',
  machine: real,
  model: fairLinesModel,
  mutants: {
    'serves the longest line first': {
      ...real,
      nextTurn: (lines) =>
        served(lines, lines.toSorted((one, other) => other.waiting - one.waiting)[0]?.tenant),
    },
    'serves a line until it is empty': { ...real, nextTurn: (lines) => served(lines, lines[0]?.tenant) },
    'idles when the first cannot pay': {
      ...real,
      nextTurn(lines, terms) {
        const next = nextTurn(lines, terms)
        return next !== null && next.tenant === lines[0]?.tenant ? next : null
      },
    },
    'loses the rest of a line that is served': {
      ...real,
      nextTurn(lines, terms) {
        const next = nextTurn(lines, terms)
        return next && { ...next, lines: next.lines.filter(({ tenant }) => tenant !== next.tenant) }
      },
    },
    'lets a tenant wait once more than it may': {
      ...real,
      reached: (lines, tenant, bounds) =>
        reached(lines, tenant, { ...bounds, ofTenantMax: bounds.ofTenantMax + 1 }),
    },
    'lets one wait more than may in all': {
      ...real,
      reached: (lines, tenant, bounds) =>
        reached(lines, tenant, { ...bounds, inAllMax: bounds.inAllMax + 1 }),
    },
    'turns everybody away for one that is full': {
      ...real,
      reached: (lines, tenant, bounds) =>
        lines.some(({ waiting }) => waiting >= bounds.ofTenantMax)
          ? 'tenant'
          : reached(lines, tenant, bounds),
    },
    'keeps the place of who gave up': { ...real, left: (lines) => lines },
  },
})

function fairLinesModel(machine: Machine, scale: Scale): Model<World, Happening> {
  const count = scale === 'deep' ? 3 : 2
  const askedMax = scale === 'deep' ? 16 : 20
  const all = Array.from({ length: count }, (_, tenant) => tenant)
  return {
    initial: {
      asked: 0,
      lines: [],
      tenants: all.map(() => ({ waiting: 0, passedBy: 0 })),
      idled: false,
      turnedAway: false,
    },
    events: ({ asked, tenants }) => [
      ...(tenants.some(({ waiting }) => waiting > 0) ? ['serve' as const] : []),
      ...(asked < askedMax ? all.map((tenant) => ({ kind: 'ask', tenant }) as const) : []),
      ...all.flatMap((tenant) =>
        (tenants[tenant]?.waiting ?? 0) > 0 ? [{ kind: 'give up', tenant } as const] : [],
      ),
    ],
    step(world, event) {
      if (event === 'serve') return serve(machine, world)
      return event.kind === 'ask' ? ask(machine, world, event.tenant) : giveUp(machine, world, event.tenant)
    },
    laws: {
      'the lines say who waits': ({ lines, tenants }) =>
        tenants.every(
          ({ waiting }, at) => waiting === (lines.find(({ tenant }) => tenant === String(at))?.waiting ?? 0),
        ),
      'what waits is bounded, of each tenant and in all': ({ lines }) =>
        lines.every(({ waiting }) => waiting <= bounds.ofTenantMax) && waitingIn(lines) <= bounds.inAllMax,
      'while somebody waits somebody is served': ({ idled }) => !idled,
      'nobody is turned away but by its own line or by all together': ({ turnedAway }) => !turnedAway,
      'nobody waits for more than a few turns of the others': ({ tenants }) =>
        tenants.every(({ passedBy }, at) => passedBy <= patience(at, all)),
    },
    settled: ({ lines }) => lines.length === 0,
  }
}

/** In a round the others get a turn each, beside what was left to them; and it needs so many rounds to be able to pay. */
function patience(at: number, all: readonly number[]): number {
  const turn = (tenant: number) => terms.quantum * terms.weightOf(String(tenant))
  const rounds = Math.ceil(terms.costOf(String(at)) / turn(at))
  return all
    .filter((other) => other !== at)
    .reduce((sum, other) => sum + rounds * turn(other) + terms.costOf(String(other)), 0)
}

function ask({ joined, reached }: Machine, world: World, tenant: number): World {
  const asked = world.asked + 1
  if (reached(world.lines, String(tenant), bounds) === null) {
    const lines = joined(world.lines, String(tenant))
    return { ...world, asked, lines, tenants: changed(world, tenant, 1) }
  }
  const own = world.tenants[tenant]?.waiting ?? 0
  const isFull = own >= bounds.ofTenantMax || waitingIn(world.lines) >= bounds.inAllMax
  return { ...world, asked, turnedAway: world.turnedAway || !isFull }
}

function giveUp({ left }: Machine, world: World, tenant: number): World {
  return { ...world, lines: left(world.lines, String(tenant)), tenants: changed(world, tenant, -1) }
}

function serve({ nextTurn }: Machine, world: World): World {
  const next = nextTurn(world.lines, terms)
  if (next === null) return { ...world, idled: true }
  const cost = terms.costOf(next.tenant)
  const tenants = changed(world, Number(next.tenant), -1).map((tenant, at) => {
    if (at === Number(next.tenant)) return { ...tenant, passedBy: 0 }
    return { ...tenant, passedBy: tenant.waiting > 0 ? tenant.passedBy + cost : 0 }
  })
  return { ...world, lines: next.lines, tenants }
}

function changed({ tenants }: World, which: number, by: 1 | -1): readonly Tenant[] {
  return tenants.map((tenant, at) => {
    if (at !== which) return tenant
    const waiting = tenant.waiting + by
    return { waiting, passedBy: waiting > 0 ? tenant.passedBy : 0 }
  })
}

/** The lines after one of this tenant, whatever its credit. */
function served(lines: Lines, tenant: string | undefined): ReturnType<typeof nextTurn> {
  return tenant === undefined ? null : { lines: left(lines, tenant), tenant }
}
