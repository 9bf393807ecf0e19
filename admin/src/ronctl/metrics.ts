/**
 * The Prometheus text exposition format (version 0.0.4) as values, and those as a table. Buckets of a
 * histogram are for machines; a person sees its count and mean.
 */

import { columns, visible } from './plain.ts'

export interface Sample {
  readonly name: string
  /** As written between the braces, without them. */
  readonly labels: string
  readonly value: number
}

/** Samples in their order; comments and lines that are none are passed over. */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', written = ''] = sampleLine.exec(line) ?? []
    const value = /^[+-]?Inf$/.test(written) ? Number(`${written}inity`) : Number(written)
    return name === undefined ? [] : [{ name, labels, value }]
  })
}

/** Those whose name begins with one of the prefixes; all of them when there is none. */
export function chosen(samples: readonly Sample[], prefixes: readonly string[]): readonly Sample[] {
  return samples.filter(
    ({ name }) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)),
  )
}

export function metricsTable(samples: readonly Sample[]): string {
  const means = new Map<string, Sample>()
  for (const sample of samples) if (sample.name.endsWith('_sum')) means.set(countKey(sample), sample)
  const rows = samples.flatMap(({ name, labels, value }) => {
    if (name.endsWith('_bucket') || name.endsWith('_sum')) return []
    const sum = name.endsWith('_count') ? means.get(`${name}{${labels}}`) : undefined
    const mean = sum === undefined || value === 0 ? '' : `mean ${rounded(sum.value / value)}`
    return [[name, visible(labels), rounded(value), mean]]
  })
  return rows.length === 0 ? 'no such metrics' : columns(rows)
}

/** `name{labels} value [timestamp]`; a label's value may hold any character, its quotes escaped. */
const sampleLine =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/

function countKey({ name, labels }: Sample): string {
  return `${name.replace(/_sum$/, '_count')}{${labels}}`
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}
