/**
 * The mailbox service: puts the exchange, the feeds and those who wait for them together, and hands the
 * exchange's events to receivers that wait and to subscribers that watch.
 */

import { service } from '@ron/kernel/contract/contract'
import { Budget, strain } from './bounds/budget.ts'
import type { mailbox } from './contract.ts'
import { feedHandlers, type FeedEvent } from './feed-handlers.ts'
import { Feeds } from './feeds/feeds.ts'
import { Ulids } from './ids/ulid.ts'
import { Subscribers } from './live/subscribers.ts'
import { lineOf, queueHandlers, topicEventOf, type TopicEvent } from './queue-handlers.ts'
import { Acked } from './queues/acked.ts'
import { Dedupe } from './queues/dedupe.ts'
import { Exchange } from './queues/exchange.ts'
import { Waiters } from './queues/waiters.ts'

export default service<typeof mailbox>(async ({ config, peers, clock, random, log }) => {
  const bytes = new Budget('bytesMax', config.bytesMax)
  const topics = new Budget('topicsMax', config.topicsMax)
  const leases = new Budget('inflightMax', config.inflightMax)
  const recent = new Budget('dedupeMax', config.dedupeMax)
  const waiting = new Budget('waitersMax', config.waitersMax)
  const subscriptions = new Budget('subscribersMax', config.subscribersMax)
  const feedBytes = new Budget('feedBytesMax', config.feedBytesMax)
  const budgets = [bytes, topics, leases, recent, waiting, subscriptions, feedBytes]

  const ulids = new Ulids(clock, random)
  const waiters = new Waiters(clock, waiting)
  const topicWatchers = new Subscribers<TopicEvent>(subscriptions, (count) => ({ kind: 'lost', count }))
  const homeWatchers = new Subscribers<FeedEvent>(subscriptions, (count) => ({ kind: 'lost', count }))
  const feeds = new Feeds(config, feedBytes)
  const exchange = new Exchange({
    clock,
    random,
    ulids,
    dedupe: new Dedupe(clock, config.dedupeMs, recent),
    acked: new Acked(config.ackedMax),
    budgets: { bytes, topics, leases },
    limits: { ...config, backoff: { baseMs: config.backoffBaseMs, capMs: config.backoffMaxMs } },
    events: {
      arrived: (message, topic) =>
        topicWatchers.publish(message.tenant, topic, () => topicEventOf(message, topic)),
      ready: (tenant, topic) => waiters.serve(lineOf(tenant, topic)),
      died: ({ id, topic }) => log.warn('a message became a dead letter', { msg_id: id, topic }),
      expired: ({ id, topic }) => log.warn('a message outlived its retention', { msg_id: id, topic }),
    },
  })
  log.info('mailbox is open', { bytes_max: config.bytesMax, feed_bytes_max: config.feedBytesMax })

  return {
    handle: {
      ...queueHandlers({ exchange, waiters, subscribers: topicWatchers, visibilityMs: config.visibilityMs }),
      ...feedHandlers({
        feeds,
        subscribers: homeWatchers,
        storage: peers.storage,
        ulids,
        now: () => clock.now(),
        pause: () => new Promise((resolve) => void clock.after(0, resolve)),
      }),
    },

    health() {
      const because = strain(budgets)
      return because === null ? { state: 'ready' } : { state: 'degraded', because }
    },

    async stop() {
      waiters.stop()
      topicWatchers.stop()
      homeWatchers.stop()
      exchange.stop()
      feeds.stop()
    },
  }
})
