/** Which capability verbs are privileged, and which operations of the services are acts under one. */

import type { Contract } from '../contract/contract.ts'

/** `admin.kill`, `audit.read`, `policy.admin`: the operator's. */
export function isPrivileged(verb: string): boolean {
  return /^(admin|audit)\.|\.admin$/.test(verb)
}

/** Service → operation → its verb, of those that change something. */
export type PrivilegedActs = ReadonlyMap<string, ReadonlyMap<string, string>>

export function privilegedActs(contracts: readonly Contract[]): PrivilegedActs {
  const acts = new Map<string, Map<string, string>>()
  for (const { name, operations } of contracts) {
    const own = Object.entries(operations).flatMap(([operation, { door }]) =>
      door !== null && isPrivileged(door.verb) && !door.http.route.startsWith('GET ')
        ? [[operation, door.verb] as const]
        : [],
    )
    if (own.length > 0) acts.set(name, new Map(own))
  }
  return acts
}

/** Every privileged verb that a request may come with, so that one is known by a look into a set. */
export function privilegedVerbs(contracts: readonly Contract[]): ReadonlySet<string> {
  const verbs = contracts.flatMap(({ operations }) =>
    Object.values(operations).flatMap(({ door }) => (door === null ? [] : [door.verb])),
  )
  return new Set(verbs.filter(isPrivileged))
}
