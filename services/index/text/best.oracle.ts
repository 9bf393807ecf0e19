/** The naive twin of `best`: every slot is scored by every list, and nothing is passed by. */

import { type Asked, type Outcome } from './best.ts'
import { UNITS } from './bm25.ts'
import { before, Found } from './top.ts'

export function bestOfAll({ senses, required, tag, excluded, count, idOf, slots }: Asked): Outcome {
  const found: Found[] = []
  for (let slot = 0; slot < slots; slot++) {
    const units = senses.map((lanes) => lanes.reduce((sum, lane) => sum + lane.unitsAt(slot), 0))
    const has = units.filter((each) => each > 0).length
    const lacks = units.some((each, sense) => each === 0 && (required & (1 << sense)) !== 0)
    for (const cursor of [...excluded, ...(tag === undefined ? [] : [tag])]) cursor.seek(slot)
    if (has === 0 || lacks || (tag !== undefined && tag.slot !== slot)) continue
    if (excluded.some((cursor) => cursor.slot === slot)) continue
    const sum = units.reduce((a, b) => a + b)
    found.push(new Found(slot, (sum * has) / (senses.length * UNITS), idOf))
  }
  found.sort((a, b) => (before(a, b) ? -1 : 1))
  return { found: found.slice(0, count), total: found.length }
}
