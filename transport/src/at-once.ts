/**
 * Steps that may have their result at once, and then do not wait for it: most requests find everything they need in
 * this thread, and a promise for each step would cost them more than the steps do.
 */

/** Goes on with a result, in the same turn when it is there. What `step` throws at once is thrown at once. */
export function onward<In, Out>(
  result: In | Promise<In>,
  step: (result: In) => Out | Promise<Out>,
): Out | Promise<Out> {
  return result instanceof Promise ? result.then(step) : step(result)
}

/** Runs `work`, and `last` once it has a result, has thrown or has rejected. */
export function lastly<Out>(work: () => Out | Promise<Out>, last: () => void): Out | Promise<Out> {
  let result: Out | Promise<Out>
  try {
    result = work()
  } catch (thrown) {
    last()
    throw thrown
  }
  if (result instanceof Promise) return result.finally(last)
  last()
  return result
}

/** Runs `work`; what it throws or rejects with is thrown as what `failed` makes of it. */
export function failing<Out>(
  work: () => Out | Promise<Out>,
  failed: (thrown: unknown) => unknown,
): Out | Promise<Out> {
  try {
    const result = work()
    if (!(result instanceof Promise)) return result
    return result.catch((thrown: unknown) => {
      throw failed(thrown)
    })
  } catch (thrown) {
    throw failed(thrown)
  }
}
