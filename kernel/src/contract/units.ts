/**
 * Sizes and durations as people write them: `64KiB`, `1MiB`, `5s`, `250ms`. Inside the node a size is a
 * number of bytes and a duration a number of milliseconds; this file is where one becomes the other.
 */

type Units = ReadonlyMap<string, number>

const SIZES: Units = new Map([
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
])

const DURATIONS: Units = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** `"64KiB"` → 65536. A bare number is bytes. Throws a sentence that names the accepted units. */
export function parseSize(text: string): number {
  return parseQuantity(text, SIZES, 'B', 'a size such as 512, 64KiB or 1MiB')
}

/** `"5s"` → 5000. A unit is required, so that nobody guesses whether 5 means seconds. */
export function parseDuration(text: string): number {
  return parseQuantity(text, DURATIONS, null, 'a duration such as 250ms, 5s or 2m')
}

/** 65536 → `"64KiB"`: the largest binary unit that divides exactly. `parseSize` reads it back. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, SIZES, ['GiB', 'MiB', 'KiB'], 'B')
}

/** 5000 → `"5s"`: the largest unit that divides exactly. `parseDuration` reads it back. */
export function formatDuration(ms: number): string {
  return formatQuantity(ms, DURATIONS, ['d', 'h', 'm', 's'], 'ms')
}

function parseQuantity(text: string, units: Units, bare: string | null, wanted: string): number {
  const [, whole = '', fraction = '', written] =
    /^(\d{1,16})(?:\.(\d{1,6}))?\s*([A-Za-z]*)$/.exec(text.trim()) ?? []
  const factor = units.get(written === '' && bare !== null ? bare : (written ?? ''))
  if (factor === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is not ${wanted} (units: ${[...units.keys()].join(', ')})`)
  }
  // Tenths of a unit are counted in integers: 0.07s is 70 ms, which floating point makes 70.00000000000001.
  const part = (Number(fraction) * factor) / 10 ** fraction.length
  const value = Number(whole) * factor + part
  if (!Number.isInteger(part) || !Number.isSafeInteger(value)) {
    throw new RangeError(`${JSON.stringify(text)} is not a whole number of ${smallest(units)} below 2^53`)
  }
  return value
}

function formatQuantity(value: number, units: Units, largestFirst: readonly string[], rest: string): string {
  for (const unit of largestFirst) {
    const factor = units.get(unit)
    if (factor !== undefined && value !== 0 && value % factor === 0) return `${value / factor}${unit}`
  }
  return `${value}${rest}`
}

function smallest(units: Units): string {
  return units === SIZES ? 'bytes' : 'milliseconds'
}
