/**
 * Ways for a thread to fall on command, outside of any request: what a chaos drill does to a service of a
 * running node. Each is the real thing, so what is seen in a drill is what would be seen on a bad day.
 */

export const falls = ['throw', 'exit', 'oom', 'hang'] as const

export type Fall = (typeof falls)[number]

/** Arrays of so many numbers, so many in each turn of the event loop: about 8 MiB. */
const [hoardedLength, hoardedAtOnce] = [1_024, 1_024]

export function isFall(word: unknown): word is Fall {
  return falls.some((fall) => fall === word)
}

/** What it sets off is not to be stopped any more. */
export function fall(how: Fall): void {
  switch (how) {
    case 'throw':
      throw new Error('told to throw, by a drill')
    case 'exit':
      return process.exit(1)
    case 'oom':
      return hoard([])
    case 'hang':
      return spin()
  }
}

/**
 * A leak: the event loop turns until the heap is at its limit. Many small objects are contained by that limit;
 * one huge one could abort the process.
 */
function hoard(hoarded: (readonly number[])[]): void {
  for (let more = 0; more < hoardedAtOnce; more++) hoarded.push(Array<number>(hoardedLength).fill(0.5))
  setImmediate(hoard, hoarded)
}

function spin(): never {
  for (;;);
}
