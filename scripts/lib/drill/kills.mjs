// @ts-check
/** Kills a service through the admin plane, and waits until it is back. */

import { succeeded } from './client.mjs'

/**
 * @typedef {import('./flags.mjs').How} How
 * @typedef {{ service: string, how: How }} Victim
 * @typedef {Victim & { cause: string, downMs: number | null }} Kill `downMs` is null when it did not come back in time
 * @typedef {{ name: string, restart_count: number, ready: boolean, last_failure: { cause: string, down_ms: number | null } | null }} ServiceView
 */

const lookMs = 20
/** A thread that fills its heap takes its time, and so does the replay of a long journal. */
const patienceMs = 30_000

/** Rejects with a sentence when the node will not kill it. @param {import('./client.mjs').Ask} ask @param {Victim} victim @returns {Promise<Kill>} */
export async function kill(ask, { service, how }) {
  const before = await viewOf(ask, service)
  const reply = await ask(`POST /api/v1/services/${service}/kill`, { how })
  // It is down already, from the kill before: nothing to kill is no failure of the drill.
  if (reply.status !== 409 && !succeeded(reply)) throw new Error(refused(service, reply))
  const untilMs = performance.now() + patienceMs
  while (performance.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, lookMs))
    const now = await viewOf(ask, service)
    const back = now.ready && (now.restart_count > before.restart_count || reply.status === 409)
    if (back && now.last_failure !== null && now.last_failure.down_ms !== null)
      return { service, how, cause: now.last_failure.cause, downMs: now.last_failure.down_ms }
  }
  return { service, how, cause: 'not back in time', downMs: null }
}

/** @param {import('./client.mjs').Ask} ask @param {string} service @returns {Promise<ServiceView>} */
async function viewOf(ask, service) {
  const reply = await ask('GET /api/v1/status')
  if (!succeeded(reply)) throw new Error(refused('the status', reply))
  /** @type {readonly ServiceView[]} */
  const services = Object(reply.value).services
  const found = services.find(({ name }) => name === service)
  if (found !== undefined) return found
  throw new Error(`no service is named ${service}; there are ${services.map(({ name }) => name).join(', ')}`)
}

/** @param {string} what @param {import('./tally.mjs').Reply} reply */
function refused(what, { status, code, value }) {
  const detail = Object(value).detail
  return `${what}: the admin surface answered ${status} ${code}${typeof detail === 'string' ? `: ${detail}` : ''}`
}
