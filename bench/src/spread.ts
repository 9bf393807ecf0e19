/** Percentiles of a few samples, by nearest rank. */

export function percentile(samples: readonly number[] | Float64Array, percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 50)
}
