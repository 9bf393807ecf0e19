/** A quick look: everything that a facet works on, made smaller by one factor. */

/** So much of a size, in whole numbers, and never less than makes sense. */
export function scaled(size: number, scale: number, least = 1): number {
  return Math.max(Math.min(size, least), Math.round(size * scale))
}

/** What `--scale` was given: above 0 and at most 1, which is real size. */
export function scaleOf(text: string): number {
  const scale = Number(text)
  if (!(scale > 0 && scale <= 1))
    throw new RangeError(`--scale ${text}: it is a number above 0 and at most 1, such as 0.1 for a tenth`)
  return scale
}
