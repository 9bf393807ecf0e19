/** `npm run bench`: prints where it ran, then what was measured beside what is aimed for. */

import { startBare, startNode } from './child.ts'
import { machineLines } from './machine.ts'
import { pieces } from './pieces.ts'
import { readyzUnderLoad, residentAtRest, startTimes } from './readiness.ts'
import { percentile } from './spread.ts'
import { compare } from './throughput.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const count = (value: number) => Math.round(value).toLocaleString('en')

print(machineLines())

const starts = await startTimes()
print(
  `\nstart to /readyz    p50 ${ms(percentile(starts, 50))}, p95 ${ms(percentile(starts, 95))} of ${starts.length}   (aim: p95 ≤ 500 ms)`,
)
print(`memory at rest      ${Math.round((await residentAtRest()) / 2 ** 20)} MiB resident   (aim: ≤ 200 MB)`)

const node = await startNode()
const bare = await startBare()
try {
  const comparisons = await compare(node, bare)
  const probes = await readyzUnderLoad(node)
  print(
    `/readyz under load  p50 ${ms(percentile(probes, 50))}, p95 ${ms(percentile(probes, 95))} of ${probes.length}   (aim: p95 ≤ 5 ms)`,
  )
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

print('\npieces, operations/s')
for (const { name, perSecond } of await pieces())
  print(`  ${name.padEnd(30)} ${count(perSecond).padStart(12)}`)
