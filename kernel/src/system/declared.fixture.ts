/** For targets of the fuzzer, which tell what a reader refuses from what it gets wrong. */

/** What was read, or null when that was refused as `declared` says it may be. Whatever else is thrown is a finding. */
export function orDeclared<Read>(read: () => Read, declared: (thrown: unknown) => boolean): Read | null {
  try {
    return read()
  } catch (thrown) {
    if (declared(thrown)) return null
    throw thrown
  }
}
