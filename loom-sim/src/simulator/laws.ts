/** What must hold of a simulated node, always, at rest and at its end; each broken law is a sentence. */

import type { SimNode } from './node.ts'

const busCapacity = 2
const slowMs = 20

/** One that hears everything, and one that is slow: between them no event of the bus may vanish untold. */
export function listeners({ bus, clock }: SimNode): () => readonly string[] {
  let all = 0
  let slow = 0
  bus.subscribe({ name: 'fast', capacity: 100_000, handle: () => void all++, lagged() {} })
  bus.subscribe({
    name: 'slow',
    capacity: busCapacity,
    handle() {
      slow++
      return new Promise<void>((resolve) => clock.after(slowMs, resolve))
    },
    lagged: (count) => void (slow += count),
  })
  return () => (all === slow ? [] : [`the bus had ${all} events, and a slow subscriber knows of ${slow}`])
}

/** The bus tells its quick subscribers in the same turn. */
export function lawsAlways({ services, gates }: SimNode): readonly string[] {
  const { gates: each } = gates.read()
  return services
    .status()
    .filter(({ name, ready }) => each[name]?.ok !== ready)
    .map(({ name, ready }) => `${name} is ${ready ? 'up' : 'down'}, and its gate says otherwise`)
}

export function lawsAtRest({ services, gates, threads }: SimNode): readonly string[] {
  const { ready, missing } = gates.read()
  return [
    ...(ready ? [] : [`every service is up, and the gates ${missing.join(', ')} are closed`]),
    ...(services.open === 0 ? [] : [`${services.open} calls are open, and nobody asked them`]),
    ...threads()
      .filter(({ busy }) => busy > 0)
      .map(({ name, busy }) => `${name} has ${busy} places taken or handlers running, and nobody asked`),
  ]
}

export function lawsAtTheEnd({ clock, threads, traffic }: SimNode): readonly string[] {
  return [
    ...(clock.pending === 0 ? [] : [`${clock.pending} timers are left`]),
    ...threads().map(({ name }) => `a thread of ${name} is left`),
    ...(traffic.lanes === 0 ? [] : [`${traffic.lanes} lanes are left`]),
  ]
}
