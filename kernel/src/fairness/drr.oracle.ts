/** The naive twin of `nextTurn`: goes from line to line, one turn at a time, until somebody is served. */

import type { Lines, nextTurn, Terms } from './drr.ts'

export function nextTurnByTurn(
  lines: Lines,
  { costOf, weightOf, quantum }: Terms,
): ReturnType<typeof nextTurn> {
  const ring = lines.map((line) => ({ ...line }))
  for (let line = ring.shift(); line !== undefined; line = ring.shift()) {
    if (!line.inTurn) line.credit += quantum * weightOf(line.tenant)
    line.inTurn = line.credit >= costOf(line.tenant)
    if (!line.inTurn) {
      ring.push(line)
      continue
    }
    line.credit -= costOf(line.tenant)
    line.waiting--
    return { lines: line.waiting > 0 ? [line, ...ring] : ring, tenant: line.tenant }
  }
  return null
}
