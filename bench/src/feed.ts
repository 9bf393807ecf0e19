/**
 * `node bench/dist/feed.js [--seed S] [--clients N]`: what the feeds do at real size, beside what is aimed for: the
 * engine alone, a real node, and live pushes beside a bare server. The same seed reads the same homes in the same order.
 */

import { parseArgs } from 'node:util'
import { growth, type Growth } from './feed-engine.ts'
import { nodeFanOut, nodeHomes, startFeedNode } from './feed-node.ts'
import { clientsAllowed, push } from './feed-push.ts'
import { redisFanOut } from './feed-redis.ts'
import { machineLines } from './machine.ts'
import { median, percentile } from './spread.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, clients: { type: 'string', default: '9000' } },
})
const print = (line: string) => process.stdout.write(`${line}\n`)
const count = (value: number) => Math.round(value).toLocaleString('en')
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
/** The best too: on a machine that does other things beside, it is the one that tells of the node. */
const spread = (samples: readonly number[]) =>
  `best ${ms(percentile(samples, 0))}, p50 ${ms(median(samples))}, p99 ${ms(percentile(samples, 99))}, max ${ms(percentile(samples, 100))}`
const aims = new Map([
  [10_000, '   aim: ≤ 15 ms'],
  [100_000, '   aim: ≤ 150 ms'],
])

print(machineLines())
print(`seed     ${values.seed}`)

print('\nthe engine alone: followers of one author, who follow nobody else; each gets 12 posts')
for (const follows of [10_000, 100_000, 1_000_000]) printGrowth(await growth(follows))

print('\na node, asked with the SDK: a post to all followers of an author')
for (const carrier of ['oap', 'http'] as const) {
  const node = await startFeedNode(100_000)
  try {
    for (const followers of [1_000, 10_000, 100_000]) {
      const of = await nodeFanOut(node, carrier, followers)
      print(`  ${carrier} ${count(followers)} followers, who came at ${count(of.followsPerSecond)}/s`)
      print(`    last timeline readable   ${spread(of.readableMs)}${aims.get(followers) ?? ''}`)
      print(`    the post is answered     ${spread(of.answeredMs)}`)
      print(`    a light call meanwhile   ${spread(of.meanwhileMs)}   at rest ${spread(of.restMs)}`)
    }
  } finally {
    await node.stop()
  }
}
for (const followers of [10_000, 100_000]) {
  const peer = await redisFanOut(followers)
  const told = peer === null ? 'absent: redis-server is not installed' : spread(peer)
  print(`  redis-server, LPUSH and LTRIM of ${count(followers)} lists in one script: ${told}`)
}

print('\nhomes of 20 pushed and 10 pulled authors, 48 at a time')
for (const carrier of ['oap', 'http'] as const) {
  const node = await startFeedNode(150)
  try {
    const of = await nodeHomes(node, carrier, belowOf(Number(values.seed)))
    print(
      `  ${carrier.padEnd(4)} ${count(of.perSecond)}/s, ${spread(of.ms)}, p95 ${ms(percentile(of.ms, 95))}`,
    )
  } finally {
    await node.stop()
  }
}

const clients = clientsAllowed(Number(values.clients))
if (clients < Number(values.clients)) print(`\nONLY ${clients} CLIENTS: ulimit -n allows no more`)
print(
  `\nlive push of one post to ${count(clients)} WebSocket clients, until the last has it; aim: ratio ≤ 1.2`,
)
const ratios: number[] = []
for (let round = 1; round <= 3; round++) {
  const { node, bare } = await push(clients, 11)
  ratios.push(median(node.ms) / median(bare.ms))
  const cpu = `${node.cpuMicros.toFixed(1)} beside ${bare.cpuMicros.toFixed(1)} µs of CPU a client`
  print(
    `  node ${ms(median(node.ms))}   bare ${ms(median(bare.ms))}   ratio ${(ratios.at(-1) ?? 0).toFixed(2)}   ${cpu}`,
  )
}
print(`  median ratio ${median(ratios).toFixed(2)}`)

function printGrowth(of: Growth): void {
  print(
    `  ${count(of.follows).padStart(9)} follows   ${of.followMicros.toFixed(1)} µs of CPU, ${Math.round(of.followBytes)} bytes (budget ${Math.round(of.followCharged)}); unfollow ${of.unfollowMicros.toFixed(1)} µs`,
  )
  print(
    `            an entry  ${of.entryMicros.toFixed(2)} µs of CPU, ${of.entryBytes.toFixed(1)} bytes (budget 16); a post to all ${spread(of.fanOutMs)}; thread held at most ${spread(of.heldMs)}`,
  )
  print(
    `            the longest that one follow held the thread, to compact the journal: ${ms(of.followMaxMs)}`,
  )
}

/** Numbers below a maximum, the same for a seed (xorshift). */
function belowOf(seed: number): (max: number) => number {
  let state = seed | 1
  return (max) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % max
  }
}
