/**
 * The metrics of a registry as OpenMetrics 1.0, in which a bucket of a histogram may name an exemplar. Beside that it
 * differs from the text format in little: a family of counters is named without its `_total`, bounds that are whole numbers
 * have a decimal point, and the end is marked.
 */

import type { Registry } from 'prom-client'
import type { Exemplar } from '../ports/meter.ts'
import { ReadHistogram } from './read-histogram.ts'

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

const counterSuffix = '_total'

interface Point {
  readonly name: string
  readonly labels: Readonly<Record<string, string | number | undefined>>
  readonly value: number
  readonly exemplar: Exemplar | null
}

export async function openMetrics(registry: Registry): Promise<string> {
  const families = await Promise.all(
    registry.getMetricsAsArray().map(async ({ name, help, type }) => {
      const kind = String(type)
      const family = kind === 'counter' ? withoutSuffix(name) : name
      const points = [...(await pointsOf(registry, name))].map(pointLine)
      return [`# TYPE ${family} ${kind}`, `# HELP ${family} ${escaped(help)}`, ...points]
    }),
  )
  return [...families.flat(), '# EOF', ''].join('\n')
}

async function pointsOf(registry: Registry, name: string): Promise<readonly Point[]> {
  const metric = registry.getSingleMetric(name)
  if (metric === undefined) return []
  if (metric instanceof ReadHistogram)
    return [...(await metric.series())].map((series) => ({ ...series, name: series.metricName }))
  const { values } = await metric.get()
  return values.map((value) => {
    const own = 'metricName' in value && typeof value.metricName === 'string' ? value.metricName : name
    return { name: own, labels: value.labels, value: value.value, exemplar: null }
  })
}

function pointLine({ name, labels, value, exemplar }: Point): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(label === 'le' ? bound(text) : String(text))}"`,
  )
  const where = pairs.length === 0 ? '' : `{${pairs.join(',')}}`
  return `${name}${where} ${number(value)}${exemplar === null ? '' : exemplarText(exemplar)}`
}

function exemplarText({ traceId, value, atMs }: Exemplar): string {
  return ` # {trace_id="${traceId}"} ${number(value)} ${(atMs / 1_000).toFixed(3)}`
}

/** A counter of another name has no name in OpenMetrics. */
function withoutSuffix(name: string): string {
  if (name.endsWith(counterSuffix)) return name.slice(0, -counterSuffix.length)
  throw new RangeError(`the counter ${name} does not end in ${counterSuffix}`)
}

/** `1.0` for 1, so that a bound is one text wherever it is written. */
function bound(le: string | number | undefined): string {
  const text = String(le)
  return /^\d+$/.test(text) ? `${text}.0` : text
}

function number(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
