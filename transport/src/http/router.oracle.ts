/** The naive twin of `router.ts`: every template is tried, and the most specific that fits is taken. */

export interface OracleRoute {
  readonly method: string
  readonly template: string
}

/** The template that answers, or null. `segments` are decoded. */
export function naiveMatch(routes: readonly OracleRoute[], method: string, segments: readonly string[]): string | null {
  const fitting = routes
    .filter((route) => route.method === method || (method === 'HEAD' && route.method === 'GET'))
    .map(({ template }) => template)
    .filter((template) => fits(template.split('/').slice(1), segments))
  const [best] = fitting.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  return best ?? null
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  const [head, ...tail] = template
  if (head === undefined) return segments.length === 0
  if (head.startsWith('*')) return segments.length > 0
  const [segment, ...others] = segments
  return segment !== undefined && (head.startsWith(':') || head === segment) && fits(tail, others)
}

/** Earlier segments weigh more; a literal beats a parameter, a parameter the rest. */
function rank(template: string): string {
  return template
    .split('/')
    .slice(1)
    .map((segment) => (segment.startsWith('*') ? '2' : segment.startsWith(':') ? '1' : '0'))
    .join('')
}
