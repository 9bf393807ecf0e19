/**
 * `node bench/dist/queue.js`: the queues in one thread, what a message takes as there are more of them, and a whole
 * node beside Redis Streams, beanstalkd and NATS JetStream in the same run, where they are installed.
 */

import { parseArgs } from 'node:util'
import { machineLines } from './machine.ts'
import { beanstalkd } from './queue/beanstalkd.ts'
import { payloadBytes, type Contender } from './queue/contender.ts'
import { grow, growthAt } from './queue/growth.ts'
import { throughMailbox } from './queue/in-process.ts'
import { jetstream } from './queue/jetstream.ts'
import { thisNode } from './queue/node.ts'
import { redis } from './queue/redis.ts'
import { median } from './spread.ts'

const { values: flags } = parseArgs({
  options: {
    /** Only this many, in this process, and tells it as JSON. */
    grow: { type: 'string' },
    payload: { type: 'string', default: '64' },
    /** The most messages that growth is measured with. */
    most: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
  },
})

const print = (line: string) => process.stdout.write(`${line}\n`)
const count = (value: number) => Math.round(value).toLocaleString('en')
const kilo = (value: number) => `${count(value / 1000)} k/s`.padStart(9)
const ms = (value: number) => `${value.toFixed(2)} ms`.padStart(10)
const micros = (value: number) => `${value.toFixed(2)} µs`.padStart(9)

if (flags.grow === undefined) await all()
else print(JSON.stringify(await grow(Number(flags.grow), Number(flags.payload))))

async function all(): Promise<void> {
  print(machineLines())
  await inOneThread()
  await asItGrows()
  await besideOthers()
}

async function inOneThread(): Promise<void> {
  print(`\none thread with its journal, ${payloadBytes} bytes a message; aim: ≥ 200 k/s each in batches`)
  for (const batch of [1, 64, 256]) {
    for (const { what, perSecond, p50Ms, p99Ms, longestMs } of await throughMailbox(
      64 * 1024,
      batch,
      payloadBytes,
    )) {
      print(
        `  ${what.padEnd(5)} × ${String(batch).padStart(3)}  ${kilo(perSecond)}   p50 ${ms(p50Ms)}   p99 ${ms(p99Ms)}   longest ${ms(longestMs)} a call`,
      )
    }
  }
}

async function asItGrows(): Promise<void> {
  print('\nmessages of 64 bytes held at once; aim: time and memory of a message stay as they are')
  for (const messages of [10_000, 100_000, 1_000_000, 10_000_000]) {
    if (messages > Number(flags.most)) continue
    const each = await growthAt(messages, 64)
    print(
      `  ${count(messages).padStart(10)}   send ${micros(each.sendMicros)}   recv ${micros(each.recvMicros)}   ack ${micros(each.ackMicros)}   ` +
        `${count(each.threadBytes).padStart(5)} bytes beside the payload, ${count(each.journalBytes)} in the journal   ` +
        `p99.9 ${ms(each.p999Ms)}, longest ${ms(each.longestMs)} a call`,
    )
  }
}

/** Interleaved, so that what the machine does besides meets all of them alike. */
async function besideOthers(): Promise<void> {
  const messages = 256 * 256
  print(
    `\nsent, then received and acknowledged: ${count(messages)} messages of ${payloadBytes} bytes; aim: ahead of all`,
  )
  const contenders: readonly Contender[] = [thisNode(messages), redis, beanstalkd, jetstream]
  const running = []
  for (const { name, start } of contenders) {
    const server = await start()
    if (server === null) print(`  ${name.padEnd(15)} absent: not installed here`)
    else running.push({ name, server, send: [] as number[], drain: [] as number[], both: [] as number[] })
  }
  try {
    for (let round = 0; round <= Number(flags.rounds); round++) {
      for (const { server, send, drain, both } of running) {
        const from = performance.now()
        await server.send(messages)
        const between = performance.now()
        await server.drain(messages)
        const to = performance.now()
        // The first round warms up.
        if (round === 0) continue
        send.push((1000 * messages) / (between - from))
        drain.push((1000 * messages) / (to - between))
        both.push((1000 * messages) / (to - from))
      }
    }
  } finally {
    for (const { server } of running) await server.stop()
  }
  const ours = median(running[0]?.both ?? [])
  for (const { name, server, send, drain, both } of running) {
    const ratio = median(both) / ours
    print(
      `  ${name.padEnd(15)} send ${kilo(median(send))}   recv + ack ${kilo(median(drain))}   all three ${kilo(median(both))}   ratio ${ratio.toFixed(2)}   ${server.how}`,
    )
  }
}
