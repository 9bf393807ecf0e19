/**
 * Which subtrees a proof is made of, as spans of leaves: RFC 6962 §2.1.1 and §2.1.2. It hashes nothing; what
 * a span hashes to is read from tiles by `tile-hashes.ts`.
 */

/** The leaves from `start` to before `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The subtrees beside the way from a leaf to the root, the lowest first. `index` is below `size`. */
export function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      spans.push({ start: middle, end })
      end = middle
    } else {
      spans.push({ start, end: middle })
      start = middle
    }
  }
  return spans.toReversed()
}

/** The subtrees that make up both a tree and the one it grew into. `from` is 1 to `size`. */
export function consistencySpans(from: number, size: number): Span[] {
  const spans: Span[] = []
  let [start, end] = [0, size]
  while (end !== from) {
    const middle = start + splitOf(end - start)
    if (from <= middle) {
      spans.push({ start: middle, end })
      end = middle
    } else {
      spans.push({ start, end: middle })
      start = middle
    }
  }
  // The old tree as a whole is known to whoever asks; a part of it is not.
  if (start > 0) spans.push({ start, end })
  return spans.toReversed()
}

/** The largest power of two below `count`, which is 2 or more: so many leaves are in the left subtree. */
export function splitOf(count: number): number {
  let split = 1
  while (2 * split < count) split *= 2
  return split
}
