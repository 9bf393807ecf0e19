/**
 * In which format a scrape wants the metrics, by its `Accept` (RFC 9110 §12.5.1). The text format is for everybody who
 * does not ask for the other by name.
 */

import type { NodeView } from './node-view.ts'

type Format = Parameters<NodeView['metrics']>[0]

interface Range {
  readonly type: string
  /** Empty where none is named. */
  readonly version: string
  /** Between 0 and 1. */
  readonly weight: number
}

const weightPattern = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** OpenMetrics where 1.0 of it is accepted, and the text format is not liked better. */
export function formatFor(accept: string | null): Format {
  const ranges = (accept ?? '*/*').split(',').map(rangeOf)
  const weightOf = (type: string, version: string) => {
    const own = ranges.filter((range) => range.type === type && ['', version].includes(range.version))
    return own.length === 0 ? null : Math.max(...own.map(({ weight }) => weight))
  }
  const open = weightOf('application/openmetrics-text', '1.0.0') ?? 0
  const text = weightOf('text/plain', '0.0.4') ?? weightOf('text/*', '') ?? weightOf('*/*', '') ?? 0
  return open > 0 && open >= text ? 'openmetrics' : 'text'
}

/** One whose weight cannot be read is not wanted. */
function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const named = new Map(
    parameters.map((parameter) => {
      const [name = '', value = ''] = parameter.split('=')
      return [name.trim(), value.trim()]
    }),
  )
  const weight = named.get('q') ?? '1'
  return {
    type,
    version: named.get('version') ?? '',
    weight: weightPattern.test(weight) ? Number(weight) : 0,
  }
}
