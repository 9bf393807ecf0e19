/** `npm run bench`: prints where it ran, then what was measured beside what is aimed for. */

import { hopCosts } from './hop.ts'
import { startBare, startNode } from './child.ts'
import { machineLines } from './machine.ts'
import { pieces } from './pieces.ts'
import { emptyStartTimes, probedUnderLoad, residentAtRest, startTimes } from './readiness.ts'
import { restartTimes } from './restarts.ts'
import { roundTrips } from './round-trips.ts'
import { percentile } from './spread.ts'
import { compare } from './throughput.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const count = (value: number) => Math.round(value).toLocaleString('en')

print(machineLines())

const spread = (name: string, samples: readonly number[], aim: string) => {
  const [p50, p95] = [percentile(samples, 50), percentile(samples, 95)]
  print(
    `${name.padEnd(34)} p50 ${ms(p50).padStart(8)}   p95 ${ms(p95).padStart(8)}   of ${samples.length}   ${aim}`,
  )
}

print('')
spread('empty process with as many threads', await emptyStartTimes(), 'the floor on this machine')
spread('start to /readyz', await startTimes(), 'aim: p95 ≤ 500 ms')
print(
  `${'memory at rest'.padEnd(34)} ${Math.round((await residentAtRest()) / 2 ** 20)} MiB resident   aim: ≤ 200 MB`,
)

print('\nrestart, from the failure of a thread to its next answer')
for (const { name, downMs, kept } of await restartTimes()) {
  const [p50, p99] = [percentile(downMs, 50), percentile(downMs, 99)]
  const aim = name === 'empty service' ? 'p50 ≤ 10 ms' : 'p50 ≤ 100 ms, p99 ≤ 500 ms'
  const nothing = kept ? '' : '   NOT KEPT: it began empty, so there was nothing to replay'
  print(
    `  ${name.padEnd(32)} p50 ${ms(p50).padStart(8)}   p99 ${ms(p99).padStart(8)}   of ${downMs.length}   aim: ${aim}${nothing}`,
  )
}
print('')

const node = await startNode()
const bare = await startBare()
try {
  const comparisons = await compare(node, bare)
  spread(
    'bare server, probed under load',
    await probedUnderLoad(bare, '/objects/none'),
    'the floor on this machine',
  )
  spread('/readyz under load', await probedUnderLoad(node, '/readyz'), 'aim: p95 ≤ 5 ms')
  print(
    '\n64 connections, requests/s: the whole wall beside a bare uWebSockets.js server, median of 3 rounds',
  )
  for (const { name, node: ours, bare: theirs, ratio } of comparisons) {
    const latency = `p50 ${ms(ours.p50Ms)}, p99 ${ms(ours.p99Ms)}`
    print(
      `  ${name.padEnd(8)} node ${count(ours.perSecond).padStart(8)}   bare ${count(theirs.perSecond).padStart(8)}   ratio ${ratio.toFixed(3)}   ${latency}`,
    )
  }
} finally {
  await Promise.all([node.stop(), bare.stop()])
}

print(
  '\nround trips between two threads, a request and its reply, ring beside MessagePort; aim: × 5 at depth 256',
)
for (const { what, depth, ring, message, ratio } of await roundTrips()) {
  const cpu = `${ring.cpuMicros.toFixed(1)} beside ${message.cpuMicros.toFixed(1)} µs of CPU`
  print(
    `  ${what.padEnd(14)} depth ${String(depth).padStart(3)}   ring ${count(ring.perSecond).padStart(9)}/s   MessagePort ${count(message.perSecond).padStart(8)}/s   ratio ${ratio.toFixed(2).padStart(5)}   ${cpu}`,
  )
}

print(
  '\nprocessor time of an HTTP request, answered on the main thread and by a service; aim: the hop adds ≤ 5 µs',
)
for (const { connections, mainMicros, hopMicros, addsMicros } of await hopCosts()) {
  print(
    `  ${String(connections).padStart(2)} connections   main ${mainMicros.toFixed(1).padStart(5)} µs   service ${hopMicros.toFixed(1).padStart(5)} µs   the hop adds ${addsMicros.toFixed(1)} µs`,
  )
}

print('\npieces, operations/s')
for (const { name, perSecond } of await pieces())
  print(`  ${name.padEnd(30)} ${count(perSecond).padStart(12)}`)
