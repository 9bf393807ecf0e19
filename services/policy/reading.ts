/**
 * Reading plain values: each function takes a value and the place it stands at, and returns it as what it
 * must be or throws a `BundleError` that names the place, what stands there and what should.
 */

/** The one error the reading of a bundle throws. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
}

const ENTRIES_MAX = 64

export function fieldsOf(
  value: unknown,
  at: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  const fields = objectOf(value, at)
  const stranger = Object.keys(fields).find((field) => !known.includes(field))
  if (stranger === undefined) return fields
  const place = at === 'bundle' ? stranger : `${at}.${stranger}`
  throw new BundleError(`${shortened(place)} is not a field; ${at} has ${known.join(', ')}`)
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new BundleError(`${at} is ${shown(value)}; it must be an object`)
}

export function itemsOf(value: unknown, at: string, itemsMax: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new BundleError(`${at} is ${shown(value)}; it must be a list`)
  if (value.length > itemsMax) {
    throw new BundleError(`${at} has ${value.length} items; at most ${itemsMax} are allowed`)
  }
  // A hole in a list becomes undefined, which every reader refuses as missing.
  return Array.from<unknown>(value)
}

export function textsOf(value: unknown, at: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOf(value ?? {}, at))
  if (entries.length > ENTRIES_MAX) {
    throw new BundleError(`${at} has ${entries.length} entries; at most ${ENTRIES_MAX} are allowed`)
  }
  return Object.fromEntries(
    entries.map(([key, text]) => {
      const place = `${at}.${shortened(key)}`
      return [textOf(key, `the key ${place}`, 64), textOf(text, place, 1024)]
    }),
  )
}

export function integerOf(value: unknown, at: string, minimum: number, maximum: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum) {
    return value
  }
  throw new BundleError(`${at} is ${shown(value)}; it must be a whole number from ${minimum} to ${maximum}`)
}

export function textOf(value: unknown, at: string, lengthMax: number): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= lengthMax) return value
  throw new BundleError(`${at} is ${shown(value)}; it must be text of 1 to ${lengthMax} characters`)
}

export function matching(value: unknown, at: string, pattern: RegExp, wanted: string): string {
  if (typeof value === 'string' && pattern.test(value)) return value
  throw new BundleError(`${at} is ${shown(value)}; it must be ${wanted}`)
}

export function optional<Value>(
  value: unknown,
  at: string,
  read: (value: unknown, at: string) => Value,
): Value | undefined {
  return value === undefined ? undefined : read(value, at)
}

/** `*` asks nothing, as leaving the field out does. */
export function unlessAny(
  value: unknown,
  at: string,
  read: (value: unknown, at: string) => string,
): string | undefined {
  return value === '*' ? undefined : optional(value, at, read)
}

/** A value as an error quotes it: short, and never the whole of something large. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'string') return JSON.stringify(shortened(value))
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'number' || typeof value === 'boolean' || value === null
    ? String(value)
    : `of type ${typeof value}`
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
