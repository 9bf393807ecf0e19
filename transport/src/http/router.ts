/**
 * From method and path to a route: a tree of segments built once, walked without regular expressions and
 * without building anything for paths that do not match. A literal segment beats a parameter, a parameter
 * beats the rest of a path, from left to right. It knows no HTTP beyond methods and paths.
 *
 *     GET /objects/*name     GET /o/:address     GET /objects
 */

import type { Method } from '@ron/kernel/contract/contract'
import { Recent } from '../recent.ts'
import { decodePercent, malformed } from './percent.ts'

export const pathBytesMax = 2_048
export const segmentsMax = 64
/** Paths of one method that were found lately, and the longest of them. */
const recentMax = 512
const recentBytesMax = 256

export type RouteText = `${Method} /${string}`

export interface Route<Target> {
  readonly route: RouteText
  readonly target: Target
}

export type Match<Target> =
  | {
      readonly kind: 'found'
      readonly target: Target
      /** The path of the route, such as `/o/:address`. */
      readonly template: string
      readonly params: Readonly<Record<string, string>>
      /** The path decoded: what rules about paths are held against. */
      readonly path: string
    }
  | { readonly kind: 'methodNotAllowed'; readonly template: string; readonly allow: readonly string[] }
  | { readonly kind: 'notFound' }

export interface Router<Target> {
  /**
   * `path` is as it was sent, without query. HEAD follows GET. Throws a `Refusal` (BadRequest) for a path
   * that is too long, badly encoded, holds an empty segment before its last or climbs with `.` or `..`.
   * An encoded slash is a slash in the rest of a path, and refused in a parameter.
   */
  match(method: string, path: string): Match<Target>
}

interface Leaf<Target> {
  readonly target: Target
  readonly template: string
  /** In the order their segments come. */
  readonly params: readonly { readonly name: string; readonly isRest: boolean }[]
}

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>
  param: Node<Target> | null
  /** Routes that end here, by method. */
  readonly ends: Map<string, Leaf<Target>>
  /** Routes that take one or more segments from here on. */
  readonly rests: Map<string, Leaf<Target>>
}

/** Throws an `Error` for a route that is written wrongly or twice. */
export function createRouter<Target>(routes: readonly Route<Target>[]): Router<Target> {
  const root = node<Target>()
  /** By method. What was found is the same whenever it is looked for. */
  const recent = new Map<string, Recent<string, Match<Target>>>()
  for (const { route, target } of routes) {
    insert(root, route, target)
    recent.set(route.slice(0, route.indexOf(' ')), new Recent(recentMax))
  }

  return {
    match(method, path) {
      const asked = method === 'HEAD' ? 'GET' : method
      const known = recent.get(asked)
      const found = known?.get(path)
      if (found !== undefined) return found
      const match = look(asked, path)
      if (match.kind === 'found' && path.length <= recentBytesMax) known?.set(path, match)
      return match
    },
  }

  function look(method: string, path: string): Match<Target> {
    const segments = split(path)
    const found: Found<Target> = { values: [], leaf: null, seen: null }
    if (!walk(root, segments, 0, method, found) || found.leaf === null) return missed(found.seen)
    const { params, target, template } = found.leaf
    const values = params.map(({ name, isRest }, i) => {
      const value = found.values[i] ?? ''
      if (!isRest && value.includes('/')) throw malformed(`${name} in the path holds an encoded slash`)
      return [name, value]
    })
    return {
      kind: 'found',
      target,
      template,
      params: Object.fromEntries(values),
      path: `/${segments.join('/')}`,
    }
  }
}

interface Found<Target> {
  /** Decoded parameters on the way to here. */
  readonly values: string[]
  leaf: Leaf<Target> | null
  /** Where the path led while the method did not, most specific first. */
  seen: { readonly template: string; readonly methods: Set<string> } | null
}

/** Visits a node of the tree at most once, since a node has one way that leads to it. */
function walk<Target>(
  at: Node<Target>,
  segments: readonly string[],
  depth: number,
  method: string,
  found: Found<Target>,
): boolean {
  const segment = segments[depth]
  if (segment === undefined) return take(at.ends, method, found)
  const literal = at.literals.get(segment)
  if (literal !== undefined && walk(literal, segments, depth + 1, method, found)) return true
  if (at.param !== null && segment !== '') {
    found.values.push(segment)
    if (walk(at.param, segments, depth + 1, method, found)) return true
    found.values.pop()
  }
  const rest = segments.slice(depth).join('/')
  if (at.rests.size === 0 || rest === '' || rest.endsWith('/')) return false
  found.values.push(rest)
  if (take(at.rests, method, found)) return true
  found.values.pop()
  return false
}

function take<Target>(
  leaves: ReadonlyMap<string, Leaf<Target>>,
  method: string,
  found: Found<Target>,
): boolean {
  const leaf = leaves.get(method)
  if (leaf !== undefined) {
    found.leaf = leaf
    return true
  }
  for (const [other, { template }] of leaves) {
    found.seen ??= { template, methods: new Set() }
    found.seen.methods.add(other)
  }
  return false
}

function missed<Target>(seen: Found<Target>['seen']): Match<Target> {
  if (seen === null) return { kind: 'notFound' }
  const allow = [...seen.methods, ...(seen.methods.has('GET') ? ['HEAD'] : [])]
  return { kind: 'methodNotAllowed', template: seen.template, allow: allow.toSorted() }
}

function split(path: string): string[] {
  if (path.length > pathBytesMax)
    throw malformed(`the path has ${path.length} bytes, the limit is ${pathBytesMax}`)
  if (!path.startsWith('/')) throw malformed('the path does not begin with "/"')
  const segments = path.slice(1).split('/')
  if (segments.length > segmentsMax) {
    throw malformed(`the path has ${segments.length} segments, the limit is ${segmentsMax}`)
  }
  return segments.map((segment, i) => checked(decodePercent(segment, 'the path'), i === segments.length - 1))
}

/** An encoded slash does not hide what lies between two slashes. */
function checked(segment: string, isLast: boolean): string {
  if (segment.includes('\\')) throw malformed('the path holds a backslash')
  const parts = segment.includes('/') ? segment.split('/') : [segment]
  for (const [i, part] of parts.entries()) {
    if (part === '.' || part === '..') throw malformed(`the path holds the segment "${part}"`)
    if (part === '' && !(isLast && i === parts.length - 1)) throw malformed('the path holds an empty segment')
  }
  return segment
}

function insert<Target>(root: Node<Target>, route: RouteText, target: Target): void {
  const [method = '', template = '', ...others] = route.split(' ')
  if (others.length > 0) throw badRoute(route)
  const params: { name: string; isRest: boolean }[] = []
  let at = root
  let leaves: Map<string, Leaf<Target>> | null = null
  for (const segment of template.slice(1).split('/')) {
    const [, kind = '', name = ''] = /^([:*]?)([A-Za-z0-9._~-]*)$/.exec(segment) ?? []
    if (leaves !== null || kind + name !== segment || (kind !== '' && name === '')) throw badRoute(route)
    if (kind !== '' && params.some((param) => param.name === name)) throw badRoute(route)
    if (kind === '*') leaves = at.rests
    else at = kind === ':' ? (at.param ??= node()) : child(at, name)
    if (kind !== '') params.push({ name, isRest: kind === '*' })
  }
  leaves ??= at.ends
  if (leaves.has(method)) throw new Error(`two routes answer ${route}`)
  leaves.set(method, { target, template, params })
}

function badRoute(route: string): Error {
  return new Error(`${route}: a route is segments of letters, ":name", and "*name" as its last`)
}

function child<Target>(at: Node<Target>, literal: string): Node<Target> {
  const known = at.literals.get(literal) ?? node<Target>()
  at.literals.set(literal, known)
  return known
}

function node<Target>(): Node<Target> {
  return { literals: new Map(), param: null, ends: new Map(), rests: new Map() }
}
