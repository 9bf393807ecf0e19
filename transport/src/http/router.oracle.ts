/**
 * The router written naively: every route is compared with the path, and the matches are sorted. Slow, short,
 * and the property test's other opinion.
 */

import type { Match, Route } from './router.ts'

/** `path` must be one the router does not refuse: this one does not decode or check. */
export function matchNaively<Target>(
  routes: readonly Route<Target>[],
  method: string,
  path: string,
): Match<Target> {
  const segments = path.slice(1).split('/')
  const asked = method === 'HEAD' ? 'GET' : method
  const fitting = routes
    .map(({ route, target }) => {
      const [method = '', template = ''] = route.split(' ')
      return { target, method, template, pattern: template.slice(1).split('/') }
    })
    .filter(({ pattern }) => fits(pattern, segments))
    .toSorted((a, b) => (rank(a.pattern) < rank(b.pattern) ? -1 : 1))
  const found = fitting.find((route) => route.method === asked)
  if (found !== undefined) {
    const { target, template, pattern } = found
    return { kind: 'found', target, template, params: values(pattern, segments), path }
  }
  const [first] = fitting
  if (first === undefined) return { kind: 'notFound' }
  const methods = new Set(
    fitting.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])),
  )
  return { kind: 'methodNotAllowed', template: first.template, allow: [...methods].toSorted() }
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  const rest = pattern.at(-1)?.startsWith('*') === true
  if (rest ? segments.length < pattern.length : segments.length !== pattern.length) return false
  if (rest && segments.at(-1) === '') return false
  return pattern.every(
    (part, i) => part.startsWith('*') || (part.startsWith(':') ? segments[i] !== '' : part === segments[i]),
  )
}

/** Compares as text: literals before parameters before the rest, from left to right. */
function rank(pattern: readonly string[]): string {
  return pattern.map((part) => (part.startsWith('*') ? '2' : part.startsWith(':') ? '1' : '0')).join('')
}

function values(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  const entries = pattern.flatMap((part, i) => {
    if (part.startsWith('*')) return [[part.slice(1), segments.slice(i).join('/')]]
    return part.startsWith(':') ? [[part.slice(1), segments[i] ?? '']] : []
  })
  return Object.fromEntries(entries)
}
