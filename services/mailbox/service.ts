/**
 * The mailbox service: puts the exchange, the feeds and those who wait for them together over what the
 * journal kept, and hands the exchange's events to receivers that wait and to subscribers that watch.
 */

import { service } from '@ron/kernel/contract/contract'
import { batchHandlers } from './batch-handlers.ts'
import { Budget, strain } from './bounds/budget.ts'
import type { mailbox } from './contract.ts'
import { feedHandlers, type FeedEvent } from './feed-handlers.ts'
import { fanOutStep, Publisher } from './feeds/publisher.ts'
import { Ulids } from './ids/ulid.ts'
import { openState } from './journal/state.ts'
import { Subscribers } from './live/subscribers.ts'
import { queueHandlers, topicEventOf, type TopicEvent } from './queue-handlers.ts'
import { Exchange } from './queues/exchange.ts'
import { Waiters } from './queues/waiters.ts'
import { lineOf } from './receiving.ts'

export default service<typeof mailbox>(async ({ config, journal, peers, clock, random, log }) => {
  const state = await openState(config, journal, log)
  const { acknowledge, budgets, depot, feeds, room } = state
  const waiting = new Budget('waitersMax', config.waitersMax)
  const subscriptions = new Budget('subscribersMax', config.subscribersMax)

  const ulids = new Ulids(clock, random, feeds.newestId)
  const waiters = new Waiters(clock, waiting)
  const topicWatchers = new Subscribers<TopicEvent>(subscriptions, (count) => ({ kind: 'lost', count }))
  const homeWatchers = new Subscribers<FeedEvent>(subscriptions, (count) => ({ kind: 'lost', count }))
  const exchange = new Exchange({
    clock,
    random,
    ulids,
    depot,
    commit: state.commitQueue,
    budgets,
    room,
    limits: { ...config, backoff: { baseMs: config.backoffBaseMs, capMs: config.backoffMaxMs } },
    events: {
      arrived(tenant, topic, slots) {
        if (!topicWatchers.watched(tenant, topic)) return
        for (const slot of slots)
          topicWatchers.publish(tenant, topic, () => topicEventOf(depot.message(slot), topic))
      },
      ready: (tenant, topic) => waiters.serve(lineOf(tenant, topic)),
      died: ({ id, topic }) => log.warn('a message became a dead letter', { msg_id: id, topic }),
      expired: ({ id, topic }) => log.warn('a message outlived its retention', { msg_id: id, topic }),
    },
  })
  const receiving = { exchange, depot, waiters, acknowledge, visibilityMs: config.visibilityMs }
  const publisher = new Publisher({
    feeds,
    commit: state.commitFeed,
    budget: budgets.feedBytes,
    room,
    limits: config,
    stepMax: fanOutStep,
    pause: () => new Promise((resolve) => void clock.after(0, resolve)),
  })
  void publisher.resume()
  log.info('mailbox is open', { bytes_max: config.bytesMax, feed_bytes_max: config.feedBytesMax })

  return {
    handle: {
      ...queueHandlers({ ...receiving, subscribers: topicWatchers }),
      ...batchHandlers(receiving),
      ...feedHandlers({
        feeds,
        publisher,
        acknowledge,
        subscribers: homeWatchers,
        storage: peers.storage,
        ulids,
        now: () => clock.now(),
      }),
    },

    health() {
      const because = strain([...Object.values(budgets), waiting, subscriptions])
      return because === null ? { state: 'ready' } : { state: 'degraded', because }
    },

    async stop() {
      waiters.stop()
      topicWatchers.stop()
      homeWatchers.stop()
      exchange.stop()
      publisher.stop()
      depot.wipe()
      feeds.wipe()
    },
  }
})
