/**
 * Applies a bundle, fast: it is compiled once into an index, and a decision looks only at the rules whose
 * tenant and path can match. `evaluate.oracle.ts` is the same without the index.
 *
 *     tenant ─┬─ exact path ───► rules in document order
 *             └─ path prefix ──► rules in document order      (a rule without a path has the prefix '')
 *
 * Each list is searched for its first match, and only as far as the best match so far: document order decides
 * among lists too.
 */

import type { Bundle, Decision, PolicyInput, Rule, When } from './bundle.ts'
import { decidedByDefault, decidedByRule, deniedByBodySize } from './decisions.ts'

interface Indexed {
  /** Place in the document. */
  readonly order: number
  readonly when: When
  readonly decision: Decision
}

interface PathIndex {
  readonly exact: Map<string, Indexed[]>
  readonly prefixes: Map<string, Indexed[]>
  /** The lengths that prefixes have, so that a lookup tries no other. */
  readonly prefixLengths: Set<number>
}

/** Compiles a bundle into a function that decides. Tags of the input may have any case; the rest is exact. */
export function compile(bundle: Bundle): (input: PolicyInput) => Decision {
  const { maxBodyBytes } = bundle.defaults
  const tooLarge = deniedByBodySize(bundle)
  const noMatch = decidedByDefault(bundle)
  const anyTenant = newIndex()
  const byTenant = new Map<string, PathIndex>()
  for (const [order, rule] of bundle.rules.entries()) {
    const { tenant } = rule.when
    const index = tenant === undefined ? anyTenant : entryOf(byTenant, tenant, newIndex)
    add(index, order, rule, decidedByRule(bundle, rule))
  }

  return (input) => {
    if (maxBodyBytes !== undefined && input.bodyBytes > maxBodyBytes) return tooLarge
    const asked = { ...input, tags: input.tags.map((tag) => tag.toLowerCase()) }
    const own = byTenant.get(input.tenant)
    const best = firstIn(anyTenant, asked, own && firstIn(own, asked, undefined))
    return best?.decision ?? noMatch
  }
}

function newIndex(): PathIndex {
  return { exact: new Map(), prefixes: new Map(), prefixLengths: new Set() }
}

function add(index: PathIndex, order: number, { when }: Rule, decision: Decision): void {
  const { path = '*' } = when
  const indexed = { order, when, decision }
  if (!path.endsWith('*')) {
    entryOf(index.exact, path, () => []).push(indexed)
    return
  }
  const prefix = path.slice(0, -1)
  index.prefixLengths.add(prefix.length)
  entryOf(index.prefixes, prefix, () => []).push(indexed)
}

/** The first rule in document order that matches and stands before `best`, else `best`. */
function firstIn(index: PathIndex, input: PolicyInput, best: Indexed | undefined): Indexed | undefined {
  best = firstOf(index.exact.get(input.path), input, best)
  for (const length of index.prefixLengths) {
    if (length > input.path.length) continue
    best = firstOf(index.prefixes.get(input.path.slice(0, length)), input, best)
  }
  return best
}

function firstOf(
  rules: readonly Indexed[] | undefined,
  input: PolicyInput,
  best: Indexed | undefined,
): Indexed | undefined {
  for (const rule of rules ?? []) {
    if (best !== undefined && best.order < rule.order) return best
    if (restMatches(rule.when, input)) return rule
  }
  return best
}

/** What is left to ask of a rule found through the index: everything but tenant and path. */
function restMatches(when: When, input: PolicyInput): boolean {
  return (
    (when.method === undefined || when.method === input.method) &&
    (when.region === undefined || when.region === input.region) &&
    (when.maxBodyBytes === undefined || input.bodyBytes <= when.maxBodyBytes) &&
    when.tags.every((tag) => input.tags.includes(tag))
  )
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
