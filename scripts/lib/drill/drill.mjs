// @ts-check
/** One drill: a mixed load, kills at intervals, and afterwards a look at everything that was acknowledged. */

import { index, objects, queue } from './actors.mjs'
import { asker, counted } from './client.mjs'
import { kill } from './kills.mjs'
import { Tally } from './tally.mjs'
import { Watch } from './watch.mjs'

/**
 * @typedef {import('./kills.mjs').Kill} Kill
 * @typedef {import('./kills.mjs').Victim} Victim
 * @typedef {{ tally: Tally, kills: readonly Kill[], ready: boolean, unreadyMs: number, changes: readonly import('./watch.mjs').Change[] }} Drilled
 */

/** Of each kind. */
const actorsOfAKind = 3
/** Between two steps of an actor: a load that a small node carries, for a minute, within its budgets. */
const pauseMs = 20
const patienceMs = 30_000
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * @param {import('./flags.mjs').Target} target
 * @param {readonly Victim[]} victims killed in turn
 * @param {number} everyMs
 * @param {number} forMs
 * @returns {Promise<Drilled>}
 */
export async function drill({ admin, url, token }, victims, everyMs, forMs) {
  const askAdmin = asker(admin, token)
  const tally = new Tally()
  const ask = counted(asker(url ?? (await addressOf(askAdmin)), token), tally)
  const run = `drill${Date.now().toString(36)}`
  const actors = [objects, queue, index].flatMap((make, kind) =>
    Array.from({ length: actorsOfAKind }, (_, n) => make(ask, tally, `${run}/${kind}/${n}`)),
  )
  const watch = new Watch(askAdmin)
  const stop = new AbortController()
  const loads = Promise.all(actors.map((actor) => load(actor, stop.signal)))
  // However the kills end, what was begun is ended before anything is said.
  const [killing] = await Promise.allSettled([killInTurn(askAdmin, victims, everyMs, forMs)])
  stop.abort()
  await loads
  const seen = await watch.end(patienceMs)
  if (killing.status === 'rejected') throw killing.reason
  tally.close()
  await Promise.all(actors.map((actor) => actor.verify()))
  return { tally, kills: killing.value, ...seen }
}

/**
 * A kill does not wait until the one before is over: services fall on bad days, not in turn.
 * @param {import('./client.mjs').Ask} askAdmin @param {readonly Victim[]} victims @param {number} everyMs @param {number} forMs
 */
async function killInTurn(askAdmin, victims, everyMs, forMs) {
  /** @type {Promise<Kill>[]} */
  const kills = []
  const fromMs = performance.now()
  // By the clock: what a kill takes makes the next one no later, and none fewer.
  for (let n = 0; (n + 1) * everyMs <= forMs; n++) {
    await pause(fromMs + (n + 1) * everyMs - performance.now())
    const victim = victims[n % victims.length]
    if (victim !== undefined) kills.push(kill(askAdmin, victim))
    // What the node will not do at all is said now rather than in a minute.
    if (n === 0) await kills[0]
  }
  return Promise.all(kills)
}

/** @param {import('./actors.mjs').Actor} actor @param {AbortSignal} signal */
async function load(actor, signal) {
  while (!signal.aborted) {
    await actor.step()
    await pause(pauseMs)
  }
}

/** @param {import('./client.mjs').Ask} askAdmin */
async function addressOf(askAdmin) {
  const reply = await askAdmin('GET /api/v1/status')
  const address = Object(reply.value).node_addr
  if (typeof address === 'string') return address
  throw new Error(`the admin surface did not say where the node is: ${reply.status} ${reply.code}`)
}
