/**
 * Where governed acts are seen: a wall that refuses a privileged verb, a call that changes what operators set, and
 * the events of the bus. Each is the thing itself with an onlooker; a request under any other verb pays a look
 * into a set.
 */

import { onward } from '@ron/transport/at-once'
import type { Place, Recognised, Wall } from '@ron/transport/wall/request'
import { byKernel, type Audit, type PrivilegedAct } from '../../audit/audit.ts'
import type { PrivilegedActs } from '../../audit/privileged.ts'
import type { Bus } from '../../bus/bus.ts'
import type { Act } from '../../contract/acts.ts'
import { Refusal } from '../../contract/refusals.ts'
import type { Dispatch } from '../../ports/dispatch.ts'

const eventsMax = 256

/** The record of somebody who was refused. */
export function denialOf({ code, more }: Refusal, asked: PrivilegedAct): Act {
  const rule = more.explain?.rule ?? more.explain?.wall
  return { ...asked, kind: 'denial', outcome: 'refused', code, ...(rule === undefined ? {} : { rule }) }
}

/** The wall, with its refusals of these verbs on record. */
export function watchedWall(wall: Wall, verbs: ReadonlySet<string>, audit: Audit): Wall {
  const noted = <Answer>(answer: Answer | Refusal, claim: Recognised['claim'], subject: string) => {
    if (!(answer instanceof Refusal)) return answer
    const { tenant, traceId, verb, service, operation } = claim
    audit.note(denialOf(answer, { subject, tenant, traceId, verb, target: `${service}.${operation}` }))
    return answer
  }
  return {
    recognise(claim) {
      const answer = wall.recognise(claim)
      if (!verbs.has(claim.verb)) return answer
      return answer instanceof Promise
        ? answer.then((refusal) => noted(refusal, claim, ''))
        : noted(answer, claim, '')
    },
    enter(recognised, reach) {
      const answer = wall.enter(recognised, reach)
      const { claim, caller } = recognised
      if (!verbs.has(claim.verb)) return answer
      return onward<Place | Refusal, Place | Refusal>(answer, (answer) =>
        noted(answer, claim, caller.subject),
      )
    },
  }
}

/** The services, with what operators change there on record before it is done. */
export function watchedDispatch(far: Dispatch, acts: PrivilegedActs, audit: Audit): Dispatch {
  return {
    call(service, operation, fields, body, options) {
      const verb = acts.get(service)?.get(operation)
      if (verb === undefined) return far.call(service, operation, fields, body, options)
      const { subject, tenant, traceId } = options.caller
      const act = { subject, tenant, traceId, verb, target: `${service}.${operation}` }
      return audit.around(act, () => far.call(service, operation, fields, body, options))
    },
    // A privileged act that finds no room goes on record as well.
    full: (service, operation, tenant) =>
      acts.get(service)?.has(operation) === true ? null : far.full(service, operation, tenant),
  }
}

/** Crashes and the drain. The returned function ends it. */
export function watchBus(bus: Bus, audit: Audit): () => void {
  return bus.subscribe({
    name: 'audit',
    capacity: eventsMax,
    handle(event) {
      if (event.kind === 'ServiceCrashed') {
        const { service: target, cause: code } = event
        audit.note({ ...byKernel, kind: 'service.crash', outcome: 'failed', target, code })
      }
      if (event.kind === 'Shutdown')
        audit.note({ ...byKernel, kind: 'node.drain', outcome: 'begun', target: 'node' })
    },
    lagged(count) {
      audit.note({ ...byKernel, kind: 'audit.gap', outcome: 'failed', target: 'bus', count })
    },
  })
}
