/**
 * Every operation that can be asked for from outside, with what both surfaces need of it. An operation has
 * one method and one path wherever it is asked from, so that caveats and policy mean the same on HTTP and OAP.
 */

import type { Contract, Method, Operation } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Fields } from '@ron/kernel/ports/port'
import { httpOperation, type HttpOperation } from '../http/binding.ts'

const methods: readonly Method[] = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS']

export interface PublicOperation {
  readonly service: string
  readonly name: string
  /** `service.name` */
  readonly label: string
  readonly operation: Operation
  readonly verb: string
  readonly method: Method
  readonly route: `${Method} /${string}`
  /** The path of the route, `/o/:address`: the label of its metrics. */
  readonly template: string
  readonly protocol: number
  readonly code: number
  readonly http: HttpOperation
  /** The operation of the service that gives the bytes an answer has no room for; null where that cannot be. */
  readonly continuedBy: string | null
}

export function publicOperations(contracts: readonly Contract[]): readonly PublicOperation[] {
  return contracts.flatMap(({ name: service, oap, operations }) =>
    Object.entries(operations).flatMap(([name, operation]): PublicOperation[] => {
      const { door } = operation
      if (door === null) return []
      const { route } = door.http
      const template = route.slice(route.indexOf(' ') + 1)
      const http = httpOperation(operation, door)
      const { verb, code } = door
      return [
        {
          service,
          name,
          label: `${service}.${name}`,
          operation,
          verb,
          method: methodOf(route),
          route,
          template,
          protocol: oap,
          code,
          http,
          continuedBy: door.http.continuedBy ?? null,
        },
      ]
    }),
  )
}

/** The path that an OAP request stands for: the route with its parameters filled from the fields. */
export function pathOf({ template }: PublicOperation, fields: Fields): string {
  return template.replace(/[:*]([a-z_]+)/g, (_, name: string) => {
    const value = fields[name]
    if (typeof value !== 'string' || value === '') throw new Refusal('BadRequest', `${name} is required`)
    return value
  })
}

function methodOf(route: string): Method {
  const [method] = route.split(' ')
  const known = methods.find((each) => each === method)
  if (known !== undefined) return known
  throw new Error(`${route} does not begin with a method`)
}
