/**
 * Queues: the mailbox in one thread with its journal, what a message takes as there are more of them, and a whole node
 * beside Redis Streams, beanstalkd and NATS JetStream, over one connection each.
 */

import { beanstalkd } from '../../queue/beanstalkd.ts'
import { batchMost, payloadBytes } from '../../queue/contender.ts'
import type { Growth } from '../../queue/growth.ts'
import { throughMailbox, type Timed } from '../../queue/in-process.ts'
import { jetstream } from '../../queue/jetstream.ts'
import { thisNode } from '../../queue/node.ts'
import { redis } from '../../queue/redis.ts'
import { sideBySide, type Rates } from '../../queue/side-by-side.ts'
import { apart } from '../apart.ts'
import { figure } from '../figures.ts'
import type { Facet, Measured } from '../rows.ts'
import { scaled } from '../scale.ts'

const program = new URL('../../queue/process.js', import.meta.url)
const heldBytes = 64
const rounds = 5
/** In one thread, of calls that bring many messages. */
const perSecondMin = 200_000

export const queue: Facet = {
  name: 'queue',
  title: 'Queues',
  sizes,
  async measure({ scale }) {
    const { messages, trialMessages: trial, held } = sizes(scale)
    return [
      ...(await inOneThread(messages)),
      ...(await asItGrows([held / 100, held / 10, held].map(Math.ceil))),
      ...besideOthers(
        await sideBySide([thisNode(messages), redis, beanstalkd, jetstream], { trial, messages, rounds }),
        messages,
      ),
    ]
  },
}

function sizes(scale: number) {
  const batches = (many: number) => scaled(many, scale, 16) * batchMost
  return {
    messages: batches(256),
    trialMessages: batches(64),
    payloadBytes,
    held: scaled(1_000_000, scale, 100_000),
    heldBytes,
    rounds,
  }
}

async function inOneThread(messages: number): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const batch of [1, 64, 256]) {
    const found = await throughMailbox(messages, batch, payloadBytes)
    rows.push(...found.map((timed) => oneThread(timed, messages)))
  }
  return rows
}

function oneThread({ what, batch, perSecond, p50Ms, p99Ms, longestMs }: Timed, messages: number): Measured {
  return {
    work: `one thread: ${what}, ${batch} a call`,
    unit: 'messages/s',
    better: 'more',
    ours: perSecond,
    samples: messages,
    peer: null,
    limit: batch === 1 ? null : { of: 'ours', value: perSecondMin },
    note: `a call took p50 ${figure(p50Ms)}, p99 ${figure(p99Ms)}, at most ${figure(longestMs)} ms`,
  }
}

async function asItGrows(sizes: readonly number[]): Promise<readonly Measured[]> {
  const rows: Measured[] = []
  for (const messages of sizes) {
    const found = await apart<Growth>(program, { messages, bytes: heldBytes })
    const name = `${messages.toLocaleString('en')} messages held`
    const row = (work: string, unit: string, ours: number): Measured => ({
      work: `${name}: ${work}`,
      unit,
      better: 'less',
      ours,
      samples: messages,
      peer: null,
      limit: null,
    })
    rows.push(
      {
        ...row('send', 'µs', found.sendMicros),
        note: `a call took p99.9 ${figure(found.p999Ms)}, at most ${figure(found.longestMs)} ms`,
      },
      row('recv', 'µs', found.recvMicros),
      row('ack', 'µs', found.ackMicros),
      row('memory of a message, beside its payload', 'bytes', found.threadBytes),
      row('its record in the journal, beside its payload', 'bytes', found.journalBytes),
    )
  }
  return rows
}

function besideOthers([ours, ...others]: readonly Rates[], messages: number): readonly Measured[] {
  const all = [
    { key: 'both', work: 'sent, received and acknowledged', ratioMin: 1 },
    { key: 'send', work: 'sent', ratioMin: null },
    { key: 'drain', work: 'received and acknowledged', ratioMin: null },
  ] as const
  return others.flatMap(({ name, found }) =>
    all.map(({ key, work, ratioMin }): Measured => {
      const notes = [ours?.found?.how ?? '', ...(found === null ? [] : [`${name}: ${found.how}`])]
      return {
        work: `1 KiB over one connection: ${work}, beside ${name}`,
        unit: 'messages/s',
        better: 'more',
        ours: ours?.found?.[key] ?? Number.NaN,
        samples: rounds * messages,
        peer: { name, value: found?.[key] ?? null },
        limit: ratioMin === null ? null : { of: 'ratio', value: ratioMin },
        ...(key === 'both' ? { note: notes.join('. ') } : {}),
      }
    }),
  )
}
