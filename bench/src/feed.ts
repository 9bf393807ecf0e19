/**
 * `node bench/dist/feed.js [--seed S]`: what the feeds do at real size, beside what is aimed for. The same seed asks
 * the same.
 */

import { growth } from './feed-engine.ts'
import { machineLines } from './machine.ts'
import { median, percentile } from './spread.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)

print(machineLines())
print('\nthe engine alone, one author and followers of nobody else')
for (const follows of [1_000, 10_000, 100_000]) {
  const of = await growth(follows)
  print(
    `  ${follows} follows: ${of.followMicros.toFixed(2)} µs, longest ${of.followMaxMs.toFixed(1)} ms, ${of.followBytes.toFixed(0)} bytes (charged ${of.followCharged.toFixed(0)})`,
  )
  print(
    `    fan-out first ${of.fanOutMs[0]?.toFixed(1)} median ${median(of.fanOutMs).toFixed(1)} max ${percentile(of.fanOutMs, 100).toFixed(1)} ms; held median ${median(of.heldMs).toFixed(1)} max ${percentile(of.heldMs, 100).toFixed(1)} ms; entry ${of.entryMicros.toFixed(3)} µs ${of.entryBytes.toFixed(1)} bytes; unfollow ${of.unfollowMicros.toFixed(2)} µs`,
  )
}
