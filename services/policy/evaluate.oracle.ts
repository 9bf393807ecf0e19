/** What a bundle means, read off the page: rule by rule in document order, the first match wins. */

import type { Bundle, Decision, PolicyInput, When } from './bundle.ts'
import { decidedByDefault, decidedByRule, deniedByBodySize } from './decisions.ts'

export function evaluateNaively(bundle: Bundle, input: PolicyInput): Decision {
  const { maxBodyBytes = Number.POSITIVE_INFINITY } = bundle.defaults
  if (input.bodyBytes > maxBodyBytes) return deniedByBodySize(bundle)
  const rule = bundle.rules.find(({ when }) => matches(when, input))
  return rule === undefined ? decidedByDefault(bundle) : decidedByRule(bundle, rule)
}

function matches(when: When, input: PolicyInput): boolean {
  if (when.tenant !== undefined && when.tenant !== input.tenant) return false
  if (when.method !== undefined && when.method !== input.method) return false
  if (when.path !== undefined && !pathMatches(when.path, input.path)) return false
  if (when.region !== undefined && when.region !== input.region) return false
  if (when.maxBodyBytes !== undefined && input.bodyBytes > when.maxBodyBytes) return false
  const tags = new Set(input.tags.map((tag) => tag.toLowerCase()))
  return when.tags.every((tag) => tags.has(tag))
}

function pathMatches(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern
}
