/**
 * The state of a mailbox as plain values that tests compare, looked up by other ways than a snapshot takes:
 * what a snapshot forgets would be missing on both sides of a comparison of snapshots.
 */

import { journalPlace, opened, system } from '../../testing.ts'
import { openState, type State, type StateLimits } from '../journal/state.ts'
import { wordsOf } from '../ids/words.ts'
import type { Depot } from '../queues/depot.ts'
import { state as states } from '../queues/store/messages.ts'

export function plainState(state: State, tenants: readonly string[], users: readonly string[]): object {
  const { depot, feeds } = state
  return {
    recent: [...depot.recent.runs(1)].map(({ keys, ids, untilMs }) => [[...keys], [...ids], [...untilMs]]),
    acked: [...depot.acked.runs(1)].map(({ tenant, ids }) => [tenant, [...ids]]),
    queues: tenants.map((tenant) =>
      depot
        .page(tenant, '', 1000)
        .map(({ name, ...queues }) => [
          name,
          ...[queues.live, queues.dead].map((queue) =>
            [...queue.inLine()].map((slot) => plainMessage(depot, slot)),
          ),
        ]),
    ),
    feeds: tenants.map((tenant) => {
      const feed = feeds.get(tenant)
      return users.map((user) => [
        feed?.home(user, null, 1000).map(({ id, text }) => [id, Buffer.from(text ?? []).toString('hex')]),
        feed?.byAuthor(user, null, 1000).map(({ id }) => id),
        feed?.followers(user),
        Array.from(feed?.walks() ?? [], ({ post, ...steps }) => ({ id: post.id, gone: post.gone, ...steps })),
      ])
    }),
  }
}

export function usedOf({ budgets }: State): object {
  return Object.values(budgets).map(({ name, used }) => `${name} ${used}`)
}

function plainMessage(depot: Depot, slot: number): object {
  const { payload, ...rest } = depot.message(slot)
  const { state, dueAtMs, expiresAtMs } = depot.messages.columns
  const found = depot.find(rest.tenant, wordsOf([rest.id]), 0) === slot
  return {
    ...rest,
    payload: Buffer.from(payload).toString('hex'),
    state: state[slot],
    // The end of a lease or a backoff means nothing once it is over.
    dueAtMs: (state[slot] ?? 0) >= states.leased ? dueAtMs[slot] : null,
    expiresAtMs: expiresAtMs[slot],
    found,
  }
}

/** The state of a thread that waits, and reads what the one before it writes until `take` lets it take over. */
export function following(place: ReturnType<typeof journalPlace>, limits: StateLimits) {
  const { journal, take } = place.follow()
  return { journal, take, state: openState(limits, journal, system.log) }
}

/** Another state, from a snapshot of this one and nothing else. */
export async function rebuiltFrom(state: State, limits: StateLimits): Promise<State> {
  const place = journalPlace(2 ** 20)
  const journal = await opened(place)
  journal.compact(state.snapshot())
  return openState(limits, place.open(), system.log)
}
