/**
 * The steps from one configuration to another. What a setting takes is in its declaration; here is how it is done: in
 * which thread a live one is told, and that a service restarts for one of its own. Each step can be undone, also when it
 * failed half way, since it first reads what there is.
 */

import type { Rate } from '@ron/transport/wall/gcra'
import { writtenName } from '../../config/catalogue.ts'
import type { SettingsPlan } from '../../config/plan.ts'
import type { Logging } from '../../log/logging.ts'
import type { Services } from '../../supervisor/services.ts'
import type { Fields } from '../../ports/port.ts'
import { kernelCaller } from '../follow.ts'
import { installPolicy } from '../policy-port.ts'
import type { Standing } from './standing.ts'

export interface Step {
  readonly name: string
  do(): Promise<void>
  /** Puts back what there was; nothing when `do` did not come that far. */
  undo(): Promise<void>
}

export interface Doers {
  readonly services: Pick<Services, 'call' | 'full' | 'renew'>
  readonly logs: Pick<Logging, 'setLevel'>
  readonly rate: { set(rate: Rate): void }
}

/** How long a service that restarts may take to stop. */
const stopGraceMs = 2_000

type MakeStep = (from: Standing, to: Standing, plan: SettingsPlan, doers: Doers) => Step

/** Section → how its live settings are told. */
const live: Readonly<Record<string, MakeStep>> = {
  quota: (from, to, _plan, { rate }) => {
    const told = ({ loaded }: Standing) => {
      const { requestsPerSecond: perSecond, burst } = loaded.config.quota
      rate.set({ perSecond, burst })
    }
    return { name: 'quota', do: async () => told(to), undo: async () => told(from) }
  },
  log: (from, to, _plan, { logs }) => {
    const told = ({ loaded }: Standing) => logs.setLevel(loaded.config.log.level)
    return { name: 'log', do: async () => told(to), undo: async () => told(from) }
  },
  overlay: (_from, to, plan, doers) => ceilingsStep(to, plan, doers),
  policy: (_from, to, _plan, doers) => policyStep(to, doers),
}

export const liveSections: readonly string[] = Object.keys(live)

/** In the order they are done: first what is told, then what restarts. */
export function stepsBetween(
  from: Standing,
  to: Standing,
  plan: SettingsPlan,
  doers: Doers,
): readonly Step[] {
  const changed = new Set(
    plan.changes.filter(({ takes }) => takes === 'live').map(({ setting }) => setting.section),
  )
  // A bundle that brings a policy has the last word on it, whatever was installed since.
  if (to.policyText !== from.policyText || to.offer?.bundle.parts.has('policy.json')) changed.add('policy')
  const told = Object.entries(live).filter(([section]) => changed.has(section))
  return [
    ...told.map(([, make]) => make(from, to, plan, doers)),
    ...plan.restarts.map((service) => restartStep(service, from, to, doers)),
  ]
}

function policyStep(to: Standing, { services }: Doers): Step {
  let before: string | null = null
  return {
    name: 'policy',
    async do() {
      before = await livePolicy(services)
      if (before !== to.policyText) await installPolicy(services, to.policyText)
    },
    async undo() {
      if (before !== null) await installPolicy(services, before)
    },
  }
}

/** The text of the policy in force. */
export async function livePolicy(services: Doers['services']): Promise<string> {
  const { body } = await services.call('policy', 'getBundle', {}, null, { caller: kernelCaller })
  return Buffer.from(body ?? []).toString()
}

function ceilingsStep(to: Standing, { changes }: SettingsPlan, { services }: Doers): Step {
  const settings = changes.flatMap(({ setting, takes }) =>
    setting.section === 'overlay' && takes === 'live' ? [setting] : [],
  )
  const put = (fields: Fields) =>
    services.call('overlay', 'putCeilings', fields, null, { caller: kernelCaller })
  const wireNames = settings.map(({ property }) => wireName(property))
  let before: Fields | null = null
  return {
    name: 'overlay',
    async do() {
      before = await liveCeilings(services)
      const { overlay } = to.loaded.config.services
      await put(Object.fromEntries(settings.map(({ property }) => [wireName(property), overlay?.[property]])))
    },
    async undo() {
      if (before === null) return
      const kept = before
      await put(Object.fromEntries(wireNames.map((name) => [name, kept[name]])))
    },
  }
}

export async function liveCeilings(services: Doers['services']): Promise<Fields> {
  const { fields } = await services.call('overlay', 'getCeilings', {}, null, { caller: kernelCaller })
  return fields
}

/** `tarpitWindowMs` → `tarpit_window_ms`: on the wire a duration keeps its unit. */
export function wireName(property: string): string {
  return writtenName(property, 'count')
}

function restartStep(service: string, from: Standing, to: Standing, { services }: Doers): Step {
  const restarted = async ({ loaded }: Standing) => {
    await services.renew(service, loaded.config.services[service], stopGraceMs)
  }
  return { name: `restart of ${service}`, do: () => restarted(to), undo: () => restarted(from) }
}
