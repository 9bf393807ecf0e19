/** The bodies that are put and got. */

const sizes: Readonly<Record<string, number>> = { '1k': 1024, '64k': 64 * 1024 }

/** Bytes that do not compress to nothing, the same at every call. */
export function fixed(size: string): Uint8Array {
  const length = sizes[size]
  if (length === undefined) throw new RangeError(`no payload is called ${size}`)
  return Uint8Array.from({ length }, (_, at) => (at * 2654435761) >>> 24)
}
