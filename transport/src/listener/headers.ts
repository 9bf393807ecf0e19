/**
 * The headers of a request: pairs in the order they came, names in lower case, duplicates visible. It knows
 * nothing of what any header means.
 */

export type Headers = readonly (readonly [name: string, value: string])[]

const none: readonly string[] = []

/** The first value of a header. */
export function header(headers: Headers, name: string): string | undefined {
  for (const [key, value] of headers) if (key === name) return value
  return undefined
}

/** All values of a header, in the order they came. */
export function headerValues(headers: Headers, name: string): readonly string[] {
  let values: string[] | null = null
  for (const [key, value] of headers) {
    if (key !== name) continue
    values ??= []
    values.push(value)
  }
  return values ?? none
}
