/** So many steps with a bounded number of them under way. */

/**
 * Begins steps `0` to `steps - 1`, `depth` of them at once. `begin` starts one; the function returned is to be
 * called when one has ended, whichever it is.
 */
export function pipeline(
  steps: number,
  depth: number,
  begin: (step: number) => void,
  done: () => void,
): () => void {
  let begun = 0
  let ended = 0
  const next = () => {
    while (begun < steps && begun - ended < depth) begin(begun++)
  }
  queueMicrotask(next)
  return () => {
    ended++
    if (ended === steps) done()
    else next()
  }
}
