/**
 * Numbers that stand for names while they are put in order. Comparing two strings is a call into the engine;
 * names like `user:1`, `user:2` first differ behind what all of them begin with, and the three characters
 * there, as one number, nearly always decide.
 *
 *   user:7310     skip 5, key = '7' · 2³² + '3' · 2¹⁶ + '1'
 *   user:74       skip 5, key = '7' · 2³² + '4' · 2¹⁶
 */

const CHARACTER = 2 ** 16

/** Sets keys `start` to `end` - 1: of two names the lesser key is that of the lesser name, equal ones say nothing. */
export function setNameKeys(
  keys: Float64Array,
  start: number,
  end: number,
  nameOf: (i: number) => string,
): void {
  if (start === end) return
  const first = nameOf(start)
  let skip = first.length
  for (let i = start + 1; i < end && skip > 0; i++) skip = shared(first, nameOf(i), skip)
  for (let i = start; i < end; i++) keys[i] = keyOf(nameOf(i), skip)
}

/** How many characters two names begin with in common, up to `most`. */
function shared(a: string, b: string, most: number): number {
  const end = Math.min(most, b.length)
  let i = 0
  while (i < end && a.charCodeAt(i) === b.charCodeAt(i)) i++
  return i
}

function keyOf(name: string, skip: number): number {
  let key = 0
  for (let i = skip; i < skip + 3; i++) key = key * CHARACTER + (i < name.length ? name.charCodeAt(i) : 0)
  return key
}
