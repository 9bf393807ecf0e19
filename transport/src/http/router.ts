/**
 * From method and path to whoever answers. Routes are templates: literal segments, `:name` for one segment,
 * `*name` at the end for one or more. Where several fit, a literal beats a parameter, and a parameter the
 * rest. The routes form a tree, and a lookup visits each of its nodes at most once.
 */

import type { Method } from '@ron/kernel/contract/contract'
import { readPath } from './path.ts'

export type Match<Target> =
  | {
      readonly kind: 'found'
      readonly target: Target
      readonly params: Readonly<Record<string, string>>
      /** The whole path, decoded. */
      readonly path: string
    }
  | { readonly kind: 'wrong-method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly because: string }

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>
  param: { readonly name: string; readonly node: Node<Target> } | null
  rest: { readonly name: string; readonly targets: Map<string, Target> } | null
  readonly targets: Map<string, Target>
}

/** Methods some template answers to at this path, and the parameters on the way there. */
interface Leaf<Target> {
  readonly targets: ReadonlyMap<string, Target>
  readonly params: Readonly<Record<string, string>>
}

export class Router<Target> {
  readonly #root = newNode<Target>()

  /** Throws when the template is taken for that method: two routes for one request is a mistake of ours. */
  add(route: `${Method} /${string}`, target: Target): void {
    const [method = '', template = ''] = route.split(' ')
    const targets = this.#targetsAt(template.split('/').slice(1).filter((segment) => segment !== ''), template)
    if (targets.has(method)) throw new Error(`two routes for ${route}`)
    targets.set(method, target)
  }

  /** `HEAD` finds what `GET` finds. */
  match(method: string, rawPath: string): Match<Target> {
    const reading = readPath(rawPath)
    if (!reading.ok) return { kind: 'malformed', because: reading.because }
    const allow = new Set<string>()
    for (const leaf of leaves(this.#root, reading.segments, 0, {})) {
      const target = leaf.targets.get(method) ?? (method === 'HEAD' ? leaf.targets.get('GET') : undefined)
      if (target !== undefined) return { kind: 'found', target, params: leaf.params, path: reading.path }
      for (const allowed of leaf.targets.keys()) allow.add(allowed)
    }
    if (allow.size === 0) return { kind: 'none' }
    if (allow.has('GET')) allow.add('HEAD')
    return { kind: 'wrong-method', allow: [...allow].sort() }
  }

  #targetsAt(segments: readonly string[], template: string): Map<string, Target> {
    let node = this.#root
    for (const [at, segment] of segments.entries()) {
      const name = segment.slice(1)
      if (segment.startsWith('*')) {
        if (at !== segments.length - 1) throw new Error(`${template}: "*" must come last`)
        node.rest ??= { name, targets: new Map() }
        if (node.rest.name !== name) throw new Error(`${template}: the rest is called ${node.rest.name} elsewhere`)
        return node.rest.targets
      }
      if (segment.startsWith(':')) {
        node.param ??= { name, node: newNode() }
        if (node.param.name !== name) throw new Error(`${template}: the parameter is called ${node.param.name} elsewhere`)
        node = node.param.node
        continue
      }
      const next = node.literals.get(segment) ?? newNode<Target>()
      node.literals.set(segment, next)
      node = next
    }
    return node.targets
  }
}

function* leaves<Target>(
  node: Node<Target>,
  segments: readonly string[],
  at: number,
  params: Readonly<Record<string, string>>,
): Generator<Leaf<Target>> {
  const segment = segments[at]
  if (segment === undefined) {
    if (node.targets.size > 0) yield { targets: node.targets, params }
    return
  }
  const literal = node.literals.get(segment)
  if (literal !== undefined) yield* leaves(literal, segments, at + 1, params)
  if (node.param !== null) yield* leaves(node.param.node, segments, at + 1, { ...params, [node.param.name]: segment })
  if (node.rest !== null) {
    yield { targets: node.rest.targets, params: { ...params, [node.rest.name]: segments.slice(at).join('/') } }
  }
}

function newNode<Target>(): Node<Target> {
  return { literals: new Map(), param: null, rest: null, targets: new Map() }
}
