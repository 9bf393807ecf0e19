/** Why a decision came out as it did: every rule that was looked at, in order, and what it said. */

import type { Bundle, Decision, PolicyInput, Rule } from './bundle.ts'
import { decidedByDefault, decidedByRule, deniedByBodySize } from './decisions.ts'

interface Step {
  readonly rule: string
  readonly outcome: 'hit' | 'miss'
  readonly because: string
}

/** The decision, and the rules up to the one that made it. */
export function explain(
  bundle: Bundle,
  input: PolicyInput,
): { readonly decision: Decision; readonly trace: readonly Step[] } {
  const { maxBodyBytes } = bundle.defaults
  if (maxBodyBytes !== undefined && input.bodyBytes > maxBodyBytes) {
    const decision = deniedByBodySize(bundle)
    return { decision, trace: [{ rule: decision.rule, outcome: 'hit', because: decision.reason }] }
  }
  const trace: Step[] = []
  for (const rule of bundle.rules) {
    const because = mismatch(rule, input)
    if (because === undefined) {
      trace.push({ rule: rule.id, outcome: 'hit', because: 'everything it asks for holds' })
      return { decision: decidedByRule(bundle, rule), trace }
    }
    trace.push({ rule: rule.id, outcome: 'miss', because })
  }
  const decision = decidedByDefault(bundle)
  trace.push({ rule: decision.rule, outcome: 'hit', because: decision.reason })
  return { decision, trace }
}

/** The first thing a rule asks for that the input does not have. */
function mismatch({ when }: Rule, input: PolicyInput): string | undefined {
  if (when.tenant !== undefined && when.tenant !== input.tenant) return `it is for tenant ${when.tenant}`
  if (when.method !== undefined && when.method !== input.method) return `it is for the method ${when.method}`
  if (when.path?.endsWith('*') === true && !input.path.startsWith(when.path.slice(0, -1))) {
    return `it is for paths that begin with ${when.path.slice(0, -1)}`
  }
  if (when.path?.endsWith('*') === false && input.path !== when.path) return `it is for the path ${when.path}`
  if (when.region !== undefined && when.region !== input.region) return `it is for the region ${when.region}`
  if (when.maxBodyBytes !== undefined && input.bodyBytes > when.maxBodyBytes) {
    return `it is for bodies of at most ${when.maxBodyBytes} bytes`
  }
  const tags = new Set(input.tags.map((tag) => tag.toLowerCase()))
  const missing = when.tags.find((tag) => !tags.has(tag))
  return missing === undefined ? undefined : `it wants the tag ${missing}`
}
