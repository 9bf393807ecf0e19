/** How long one thing takes that has to be waited for, in milliseconds. */

export async function took(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await run()
  return performance.now() - from
}
