/** What `ronctl service` has a node do, and what it says. */

import type { Reply } from './admin-client.ts'
import { posted, type AskingWorld } from './asking.ts'
import { answered, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'
import { factsOutcome, isObject, parsed } from './replies.ts'
import type { ServiceInvocation } from './service-program.ts'

/** A service may take a while to stop, and its next thread to start. */
const restartWithinMs = 30_000

export function serviceOutcome(invocation: ServiceInvocation, world: AskingWorld): Promise<Outcome> {
  const { admin, service } = invocation
  const path = `/api/v1/services/${encodeURIComponent(service)}`
  if (invocation.name === 'service kill') {
    return posted(admin, `${path}/kill`, JSON.stringify({ how: invocation.how }), world, killedOutcome)
  }
  const { graceMs } = invocation
  const body = graceMs === null ? '{}' : JSON.stringify({ grace_ms: graceMs })
  return posted(admin, `${path}/restart`, body, world, restartedOutcome, restartWithinMs)
}

function restartedOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 200 || !isObject(json)) return factsOutcome(reply)
  const { service, down_ms: downMs } = json
  return answered(
    visible(`${String(service)} goes on in a new thread; nobody could use it for ${String(downMs)} ms`),
    json,
  )
}

function killedOutcome(reply: Reply): Outcome {
  const json = parsed(reply.text)
  if (reply.status !== 202 || !isObject(json)) return factsOutcome(reply)
  return answered(
    visible(`${String(json['service'])} falls by ${String(json['how'])}; ronctl status shows it come back`),
    json,
  )
}
