/**
 * The contract of the mailbox: queues with leases and dead letters, and feeds. What it can be asked is in
 * `operations/`. Limits that come from outside (visibility, batch, attempts, backoff, windows) are those of
 * the mailbox contract this project implements.
 */

import { contract } from '@ron/kernel/contract/contract'
import { bytes, count, duration, section } from '@ron/kernel/contract/settings'
import { storage } from '../storage/contract.ts'
import { batchOperations } from './operations/batches.ts'
import { feedOperations } from './operations/feeds.ts'
import { queueOperations } from './operations/queues.ts'

/** What `subscribersMax` may be set to. */
const subscriptionsMax = 16_384

export const mailbox = contract({
  name: 'mailbox',
  summary: 'Keeps queues of messages, each delivered at least once, and the feeds of users.',
  need: 'required',
  // Receivers that wait hold a turn each (waitersMax).
  inbox: { capacity: 4096, concurrency: 2048, subscriptions: subscriptionsMax },
  config: section({
    bytesMax: bytes({ default: '256MiB', doc: 'Most the queues keep; more is refused with 507.' }),
    topicsMax: count({ default: 4096, minimum: 1, doc: 'Topics that hold messages at one time.' }),
    tenantTopicsMax: count({
      default: 0,
      doc: 'Topics of one tenant that hold messages at one time; 0 for no limit.',
    }),
    depthMax: count({ default: 32_768, minimum: 1, doc: 'Messages in one topic, dead letters not counted.' }),
    inflightMax: count({
      default: 8192,
      minimum: 1,
      doc: 'Messages leased and not acknowledged, over all topics.',
    }),
    visibilityMs: duration({
      default: '5s',
      minimum: '250ms',
      maximum: '12h',
      doc: 'How long a lease lasts when the receiver does not say.',
    }),
    attemptsMax: count({
      default: 5,
      minimum: 1,
      doc: 'Deliveries that may fail before a message is a dead letter.',
    }),
    backoffBaseMs: duration({
      default: '200ms',
      minimum: '1ms',
      doc: 'First backoff of a message given back; it doubles.',
    }),
    backoffMaxMs: duration({
      default: '60s',
      minimum: '1ms',
      doc: 'Longest backoff of a message given back.',
    }),
    retentionMs: duration({
      default: '7d',
      minimum: '1s',
      doc: 'How long a message may wait for a receiver.',
    }),
    deadRetentionMs: duration({ default: '14d', minimum: '1s', doc: 'How long a dead letter is kept.' }),
    dedupeMs: duration({ default: '300s', minimum: '1s', doc: 'How long a repeated send is recognised.' }),
    dedupeMax: count({
      default: 524_288,
      minimum: 1,
      doc: 'Sends recognised at one time; more are refused with 429.',
    }),
    ackedMax: count({
      default: 65_536,
      minimum: 1,
      doc: 'Acknowledged messages remembered, so that repeating is harmless.',
    }),
    waitersMax: count({
      default: 1024,
      minimum: 1,
      maximum: 1024,
      doc: 'Receivers that may wait for a message at one time.',
    }),
    subscribersMax: count({
      default: 1024,
      minimum: 1,
      maximum: subscriptionsMax,
      doc: 'Live subscriptions, of topics and of feeds.',
    }),
    feedBytesMax: bytes({ default: '128MiB', doc: 'Most the feeds keep; more is refused with 507.' }),
    timelineMax: count({ default: 1000, minimum: 1, doc: 'Posts kept in a home.' }),
    followsMax: count({ default: 5000, minimum: 1, doc: 'Authors a user may follow.' }),
    journalBytesMax: bytes({
      default: '512MiB',
      maximum: '8GiB',
      change: 'process',
      doc: 'Most the journal may take; what is kept fills three quarters of it, and more is refused with 507.',
    }),
    pullThreshold: count({
      default: 10_000,
      doc: 'With more followers than this, posts of an author are fetched when a home is read.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: { storage },
  oap: 0x0201,
  operations: { ...queueOperations, ...batchOperations, ...feedOperations },
})
